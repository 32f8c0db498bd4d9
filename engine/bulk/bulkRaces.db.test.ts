import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SupplyRoom, SupplyRooms } from '../testing/supplyRooms';
import { createBulkJob } from './createBulkJob';
import { runBulkJobs } from './runBulkJobs';

let rooms: SupplyRooms;
let userId: number;
let keys = 0;

beforeAll(async () => {
  rooms = await SupplyRooms.start();
  const { rows } = await rooms.database.pool.query<{ id: number }>(
    `insert into app_user (campus_id, code, display_name, password_hash) values ($1, 'bulk', 'Bulk', '') returning id`,
    [rooms.campus.id],
  );
  userId = rows[0]!.id;
});
afterAll(() => rooms?.database.drop());

/** A job over one room, as its dry run would have stored it. */
const job = (one: SupplyRoom, direction: 'CUT' | 'RESTORE') =>
  createBulkJob(rooms.database, rooms.ctx, {
    campusId: rooms.campus.id,
    direction,
    utility: 'ELECTRICITY',
    scope: 'POINTS',
    scopeCode: null,
    reason: 'works',
    requesterId: userId,
    actor: 'user:bulk',
    answerable: 'user:bulk',
    requestKey: `race-of-a-test-${++keys}`,
    requestHash: '',
    confirmed: 1,
    targets: [{ pointId: one.meter.pointId, verdict: 'ELIGIBLE', reason: null, line: 'm:1', feeder: false }],
  });
/** Its turn comes within 30 s, each restore at its own moment. */
const hand = async () => {
  rooms.clock.advance(30_000);
  await runBulkJobs(rooms.database, rooms.ctx, async () => true);
};
const targetOf = async (jobId: string) => {
  const { rows } = await rooms.database.pool.query<{ state: string; reason: string | null }>(
    'select state, reason from bulk_target where job_id = $1',
    [jobId],
  );
  return rows[0];
};

it('a top-up that races a bulk cut and a cut for credit ends the one for credit, and the room stays off for the works alone', async () => {
  const one = await rooms.room('1.00');
  await rooms.spend(one);
  expect(await rooms.statesOf(one)).toEqual(['disconnect:QUEUED']);
  const cut = await job(one, 'CUT');
  await Promise.all([hand(), rooms.topUp(one, '50.00', `raced-${one.account.code}`)]);
  await rooms.meterObeys(one);
  await hand();
  await rooms.meterObeys(one);
  expect(await rooms.reasonsOf(one)).toEqual(['MANUAL']);
  expect(await targetOf(cut.id)).toEqual({ state: 'HANDED', reason: null });
  await rooms.pass(one, 3);
  expect(one.relay).toBe(0);
  expect((await rooms.statesOf(one)).filter((state) => state.startsWith('connect'))).toEqual([]);
  await job(one, 'RESTORE');
  await hand();
  expect(await rooms.meterObeys(one)).toEqual(['connect']);
  await rooms.pass(one, 1);
  expect(await rooms.reasonsOf(one)).toEqual([]);
  expect((await rooms.statesOf(one)).at(-1)).toBe('connect:VERIFIED');
});

it('a bulk restore gives no credit: it lifts the hold of works, and the room in debt waits for its top-up', async () => {
  const one = await rooms.room('1.00');
  await rooms.cutForCredit(one);
  await job(one, 'CUT');
  await hand();
  await rooms.meterObeys(one);
  await rooms.pass(one, 2);
  expect(await rooms.reasonsOf(one)).toEqual(['ARREARS', 'MANUAL']);
  const restore = await job(one, 'RESTORE');
  await hand();
  expect(await targetOf(restore.id)).toEqual({ state: 'LIFTED', reason: 'ARREARS' });
  await rooms.pass(one, 2);
  expect(await rooms.meterObeys(one)).toEqual([]);
  expect(one.relay).toBe(0);
  const again = await job(one, 'RESTORE');
  await hand();
  expect(await targetOf(again.id)).toEqual({ state: 'BLOCKED', reason: 'ARREARS' });
  await rooms.topUp(one, '20.00', `after-${one.account.code}`);
  expect(await rooms.meterObeys(one)).toEqual(['connect']);
});

it('a top-up that races the lifting of a hold brings the room back once, whichever comes first', async () => {
  for (let i = 0; i < 2; i++) {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await job(one, 'CUT');
    await hand();
    await rooms.meterObeys(one);
    await rooms.pass(one, 2);
    await job(one, 'RESTORE');
    await Promise.all([hand(), rooms.topUp(one, '20.00', `either-${one.account.code}`)]);
    await rooms.sweep();
    expect(await rooms.reasonsOf(one)).toEqual([]);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    await rooms.pass(one, 1);
    expect((await rooms.statesOf(one)).filter((state) => state === 'connect:VERIFIED')).toHaveLength(1);
  }
});

it('a cut of a job that never went out is given up with it: the broker’s return cuts nobody an hour later', async () => {
  const one = await rooms.room('50.00');
  await job(one, 'CUT');
  await hand();
  await rooms.pass(one, 3);
  expect(await rooms.statesOf(one)).toEqual(['disconnect:EXPIRED']);
  await rooms.pass(one, 70);
  expect(await rooms.meterObeys(one)).toEqual([]);
  expect(await rooms.reasonsOf(one)).toEqual([]);

  const away = await rooms.room('50.00');
  await job(away, 'CUT');
  await hand();
  await rooms.database.pool.query('update meter set online = false, status_ms = $2 where id = $1', [
    away.meter.id,
    rooms.clock.now() + 1,
  ]);
  expect(await rooms.meterObeys(away)).toEqual([]);
  expect(await rooms.statesOf(away)).toEqual(['disconnect:CANCELLED']);
  await rooms.pass(away, 10);
  expect(await rooms.meterObeys(away)).toEqual([]);
});
