import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { BulkCampus } from '../../testing/bulkCampus';
import { testCampusDocument } from '../../testing/testCampus';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { readRoom } from '../rooms/readRoom';
import { requestRestore } from '../rooms/requestRestore';
import { readWaiting } from './readWaiting';
import { refuseRestoreRequest } from './refuseRestore';

/** A room under contract, so that whoever sees its building sees what is said about it. */
const AT = { code: 'B-05', pointCode: 'P-B-05' };

let campus: BulkCampus;
beforeAll(async () => {
  campus = await BulkCampus.start();
  await campus.add({
    campus: testCampusDocument.campus,
    accounts: [{ code: 'A-B-05', kind: 'ROOM', space: 'B-05', points: ['P-B-05'], tariff: 'FLAT' }],
    users: [{ code: 'warden-b', name: 'Warden B', roles: [{ role: 'WARDEN', scope: 'B' }] }],
  });
});
afterAll(() => campus?.database.drop());
beforeEach(async () => {
  campus.clock.advance(86_400_000);
  await campus.database.pool.query('delete from delivery');
  await campus.database.pool.query("delete from notice where kind like 'RESTORE_RE%'");
  await campus.database.pool.query(
    "update command set state = 'CANCELLED', finished_ms = 1 where finished_ms is null",
  );
  await campus.report();
  await campus.database.pool.query(
    `update supply_state set observed = 'OPEN', reasons = '{"MANUAL": {"sinceMs": 1, "by": "user:energy"}}'
      where point_id = (select id from meter_point where code = 'P-B-05')`,
  );
});

async function ask(code: string, reason: string): Promise<void> {
  const { deps, caller } = await campus.as(code);
  await requestRestore(deps, caller, { ...AT, reason });
}

async function waiting(code = 'energy2') {
  const { deps, caller } = await campus.as(code);
  return (await readWaiting(deps, caller)).filter(({ kind }) => kind === 'RESTORE');
}

async function refuse(code: string, requestId: string, reason = 'the kettle still stands there') {
  const { deps, caller } = await campus.as(code);
  return refuseRestoreRequest(deps, caller, { pointCode: AT.pointCode, requestId, reason });
}

async function restore(requestId?: string) {
  const { deps, caller } = await campus.as('energy');
  return requestSupplyChange(deps, caller, {
    ...{ pointCode: AT.pointCode, action: 'connect', reason: 'CHECKED', answersRequest: requestId },
  });
}

async function shown(code: string) {
  const { deps, caller } = await campus.as(code);
  const { points } = await readRoom(deps, caller, AT.code);
  return points.find((point) => point.code === AT.pointCode)!.request;
}

it('a request to restore stands on the room’s page with who, when and why, for those who answer and those who ask', async () => {
  await ask('security-b', 'residents are back');
  const [{ id }] = (await waiting()) as unknown as [{ id: string }];
  const request = {
    id,
    by: 'Security B',
    atMs: campus.clock.now(),
    reason: 'residents are back',
    refused: null,
  };
  for (const code of ['energy', 'security-b', 'warden-b']) expect(await shown(code), code).toEqual(request);
  expect(await shown('finance')).toBeNull();
});

it('a refusal ends the request with all before it, tells each asker why, and stands in the audit log', async () => {
  const { pool } = campus.database;
  await pool.query(
    `insert into notice_contact (user_id, channel, address, created_ms, verified_ms)
     select id, 'EMAIL', code || '@campus.example', 0, 0 from app_user where code in ('warden-b', 'security-b', 'energy')
     on conflict do nothing`,
  );
  await ask('warden-b', 'mended');
  campus.clock.advance(1_000);
  await ask('security-b', 'residents are back');
  const [{ id }] = (await waiting()) as unknown as [{ id: string }];
  campus.clock.advance(1_000);
  await refuse('energy2', id);
  expect(await waiting()).toEqual([]);
  for (const code of ['energy', 'security-b', 'warden-b'])
    expect((await shown(code))?.refused, code).toEqual({
      ...{ by: 'Energy Two', atMs: campus.clock.now(), reason: 'the kettle still stands there' },
    });
  const { rows: told } = await pool.query(
    `select u.code, d.channel, n.body ->> 'reason' as reason from delivery d join notice n on n.id = d.notice_id join app_user u on u.id = d.user_id
      where n.kind = 'RESTORE_REFUSED' order by u.code`,
  );
  expect(told).toEqual(
    ['security-b', 'warden-b'].map((code) => ({
      code,
      channel: 'EMAIL',
      reason: 'the kettle still stands there',
    })),
  );
  const { rows: audit } = await pool.query(
    "select actor, target, after from audit_log where action = 'RESTORE_REFUSED' order by id desc limit 1",
  );
  expect(audit).toEqual([
    {
      ...{ actor: 'user:energy2', target: 'point:P-B-05' },
      after: { request: id, reason: 'the kettle still stands there' },
    },
  ]);
  await expect(refuse('energy', id), 'twice').rejects.toMatchObject({ reason: 'REQUEST_ANSWERED' });
  campus.clock.advance(600_000);
  await ask('security-b', 'now it is gone');
  expect(await waiting(), 'asked for anew').toMatchObject([{ reason: 'now it is gone' }]);
  expect(await shown('energy')).toMatchObject({ reason: 'now it is gone', refused: null });
});

it('nobody refuses without the right to restore there, or without a reason', async () => {
  await ask('security-b', 'x');
  const [{ id }] = (await waiting()) as unknown as [{ id: string }];
  for (const code of ['security-b', 'warden-b', 'maintainer', 'admin', 'student'])
    await expect(refuse(code, id), code).rejects.toMatchObject({ code: 'forbidden' });
  await expect(refuse('energy', id, ' ')).rejects.toMatchObject({ reason: 'REASON' });
  await expect(refuse('energy', '9999999')).rejects.toMatchObject({ reason: 'REQUEST_ANSWERED' });
  expect(await waiting()).toHaveLength(1);
});

it('refused and restored at the same time, one wins: a request has one answer', async () => {
  for (let round = 0; round < 6; round++) {
    await ask('security-b', `round ${round}`);
    const [{ id }] = (await waiting()) as unknown as [{ id: string }];
    const answers = await Promise.allSettled(
      round % 2 === 0 ? [refuse('energy2', id), restore(id)] : [restore(id), refuse('energy2', id)],
    );
    const lost = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(lost, `round ${round}`).toMatchObject([{ code: 'conflict', reason: 'REQUEST_ANSWERED' }]);
    await campus.database.pool.query(
      "update command set state = 'CANCELLED', finished_ms = 1 where finished_ms is null",
    );
    campus.clock.advance(600_000);
    await campus.report();
    await campus.database.pool.query(
      `update supply_state set observed = 'OPEN', reasons = '{"MANUAL": {"sinceMs": 1, "by": "user:energy"}}'
        where point_id = (select id from meter_point where code = 'P-B-05')`,
    );
  }
});

it('a restore that is under way or proven is not refused, and one that answers nothing may follow a refusal', async () => {
  await ask('security-b', 'x');
  const [{ id }] = (await waiting()) as unknown as [{ id: string }];
  await refuse('energy2', id);
  await expect(restore(id)).rejects.toMatchObject({ reason: 'REQUEST_ANSWERED' });
  expect((await restore()).commandId).not.toBeNull();
  await expect(refuse('energy', id)).rejects.toMatchObject({ reason: 'REQUEST_ANSWERED' });
});
