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
  const { rows } = await database.pool.query<{ code: string; urgent: boolean; due: number }>(
    `select u.code, d.urgent, d.due_ms::float8 as due from delivery d join app_user u on u.id = d.user_id
      where d.kind = 'RESTORE_REQUESTED' order by u.code`,
  );
  expect(rows).toEqual(
    ['energy', 'energy2', 'maintainer'].map((code) => ({ code, urgent: true, due: night })),
  );
});
