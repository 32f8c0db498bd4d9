import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import { insertShift } from '../../../db/queries/dutyRoster';
import { ServiceCampus } from '../../testing/serviceCampus';
import { requestRestore } from './requestRestore';

let campus: ServiceCampus;

beforeAll(async () => {
  campus = await ServiceCampus.start();
});
afterAll(() => campus?.database.drop());

const received = async (kind: string) => {
  const { rows } = await campus.database.pool.query<{ code: string; urgent: boolean; due: number }>(
    `select u.code, d.urgent, d.due_ms::float8 as due from delivery d join app_user u on u.id = d.user_id
      where d.kind = $1 order by u.code`,
    [kind],
  );
  return rows;
};

it('a request to restore at night reaches who may decide and who manages the shift, quiet hours or not', async () => {
  const { database, clock } = campus;
  const night = Date.UTC(2025, 8, 10, 15);
  clock.set(night);
  await database.pool.query(
    `insert into notice_contact (user_id, channel, address, created_ms, verified_ms)
     select id, 'EMAIL', code, 0, 0 from app_user where code in ('energy', 'energy2', 'maintainer', 'security-n', 'finance')`,
  );
  const warden = await campus.as('warden-n');
  const { rows: people } = await database.pool.query<{ id: number }>(
    "select id from app_user where code = 'maintainer'",
  );
  await withTransaction(database, (tx) =>
    insertShift(tx.client, {
      ...{ campusId: warden.caller.campus.id, userId: people[0]!.id, level: 'DUTY_MANAGER', spaceId: null },
      ...{ fromMs: night, toMs: night + 3_600_000, setBy: 'user:energy', setMs: night },
    }),
  );
  await requestRestore(warden.deps, warden.caller, { code: 'N-101', pointCode: 'P-101', reason: 'dark' });
  expect(await received('RESTORE_REQUESTED')).toEqual(
    ['energy', 'energy2', 'maintainer'].map((code) => ({ code, urgent: true, due: night })),
  );
});

it('whoever manages the shift hears of a request to restore, switched off or not; whoever does not may switch it off', async () => {
  const { database, clock } = campus;
  await database.pool.query(
    `delete from delivery;
     insert into notice_preference (user_id, topic, channels)
     select id, 'REQUEST', '{}' from app_user where code in ('energy', 'maintainer')`,
  );
  clock.advance(20 * 60_000);
  const warden = await campus.as('warden-n');
  await requestRestore(warden.deps, warden.caller, { code: 'N-101', pointCode: 'P-101', reason: 'dark' });
  expect((await received('RESTORE_REQUESTED')).map(({ code }) => code)).toEqual(['energy2', 'maintainer']);
});
