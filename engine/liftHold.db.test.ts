import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { FixedClock } from '../domain/time/clock';
import { applyStatus } from './applyStatus';
import { requestSupply } from './requestSupply';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a cut that did not come about is called off by who may restore, and by nothing else', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
  });
  afterAll(() => database.drop());

  const restore = (one: SupplyRoom, change: { actor?: string; actorId?: string | null } = {}) =>
    requestSupply(database, rooms.ctx, { ...rooms.asked(one, 'connect'), ...change });

  /** A room whose meter answered that it did not do it. */
  async function failedCut(cause: 'MANUAL' | 'SAFETY'): Promise<SupplyRoom> {
    const one = await rooms.room('50.00');
    await rooms.operatorCuts(one, cause);
    const [cut] = await rooms.send(one);
    await rooms.answers(one, cut!, 'failed');
    await rooms.pass(one, 1);
    expect(await rooms.reasonsOf(one)).toEqual([cause]);
    return one;
  }

  async function retryOf(one: SupplyRoom): Promise<string | null> {
    const { rows } = await database.pool.query<{ retry: string | null }>(
      'select retry_due_ms::text as retry from supply_state where point_id = $1',
      [one.meter.pointId],
    );
    return rows[0]!.retry;
  }

  it('the hold is lifted without a command, nothing is tried again, and the alarm ends', async () => {
    const one = await failedCut('MANUAL');
    expect(await rooms.alarmsOf(one)).toEqual(['CUT_NOT_PROVEN']);
    expect(await restore(one)).toEqual({ commandId: null, lifted: ['MANUAL'] });
    expect([await rooms.reasonsOf(one), await retryOf(one)]).toEqual([[], null]);
    await rooms.pass(one, 10);
    expect(await rooms.meterObeys(one)).toEqual([]);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:FAILED']);
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(one)).toEqual([]);
    await expect(restore(one), 'nothing is held any more').rejects.toMatchObject({ reason: 'NOTHING_TO_DO' });
  });

  it('so is one that was answered and never proven, also by a program', async () => {
    const one = await rooms.room('50.00');
    await rooms.operatorCuts(one, 'MANUAL');
    const [cut] = await rooms.send(one);
    await rooms.answers(one, cut!, 'done');
    await rooms.pass(one, 4);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:UNVERIFIED']);
    expect(await restore(one, { actor: 'key:1', actorId: null })).toMatchObject({ lifted: ['MANUAL'] });
    await rooms.pass(one, 10);
    expect(await rooms.meterObeys(one)).toEqual([]);
  });

  it('a cut for safety is called off by nobody, also not along with another that waits', async () => {
    const one = await failedCut('SAFETY');
    const refused = { reason: 'SAFETY_NOT_CUT' };
    await expect(restore(one)).rejects.toMatchObject(refused);
    await rooms.operator(one, 'disconnect', 5 * SECOND);
    await expect(restore(one), 'a cut by hand waits to go out').rejects.toMatchObject(refused);
    expect(await rooms.reasonsOf(one)).toEqual(['MANUAL', 'SAFETY']);
    clock.advance(10 * SECOND);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
  });

  it('what bars a restore bars it: another person’s tag, a meter that is away or silent, a position that nobody knows', async () => {
    const one = await failedCut('MANUAL');
    const set = (change: string) =>
      database.pool.query(`update supply_state set ${change} where point_id = $1`, [one.meter.pointId]);
    await set(`tags = '[{"by": "2", "sinceMs": 0, "note": "wiring"}]'`);
    await expect(restore(one)).rejects.toMatchObject({ reason: 'MAINTENANCE_TAG' });
    await set("tags = '[]', observed = 'UNKNOWN'");
    await expect(restore(one)).rejects.toMatchObject({ reason: 'POSITION_UNKNOWN' });
    await set("observed = 'CLOSED'");
    clock.advance(6 * MINUTE);
    await expect(restore(one)).rejects.toMatchObject({ reason: 'STALE' });
    const status = { site: rooms.campus.code, kind: 'METER' as const, code: one.meter.code, retained: false };
    const away = { ...status, online: false, tsMs: null, boot: null, firmware: null, rxMs: clock.now() };
    await applyStatus(database, rooms.ctx, away);
    await expect(restore(one)).rejects.toMatchObject({ reason: 'OFFLINE' });
    expect(await rooms.reasonsOf(one)).toEqual(['MANUAL']);
  });

  it('a cut that waits to go out is taken back past another hold or tag by nothing that bars a restore', async () => {
    const one = await rooms.room('50.00');
    const set = (change: string) =>
      database.pool.query(`update supply_state set ${change} where point_id = $1`, [one.meter.pointId]);
    const cut = await rooms.operator(one, 'disconnect', 5 * SECOND);
    await set(`tags = '[{"by": "2", "sinceMs": 0, "note": "wiring"}]'`);
    await expect(restore(one), 'a tag').rejects.toMatchObject({ reason: 'MAINTENANCE_TAG' });
    const held = `reasons || '{"SCHEDULE": {"sinceMs": 1, "by": "schedule:1"}}'`;
    await set(`tags = '[]', reasons = ${held}`);
    const status = { site: rooms.campus.code, kind: 'METER' as const, code: one.meter.code, retained: false };
    const word = { ...status, tsMs: null, boot: null, firmware: null };
    clock.advance(SECOND);
    await applyStatus(database, rooms.ctx, { ...word, online: false, rxMs: clock.now() });
    await expect(restore(one), 'another hold').rejects.toMatchObject({ reason: 'OFFLINE' });
    expect(await rooms.statesOf(one)).toEqual(['disconnect:QUEUED']);
    expect(await rooms.reasonsOf(one)).toEqual(['MANUAL', 'SCHEDULE']);
    // What stands for this cut alone is taken back as it came, also where nothing can be sent.
    await set("reasons = reasons - 'SCHEDULE'");
    expect(await restore(one)).toMatchObject({ commandId: cut.commandId, existing: true });
    expect([await rooms.reasonsOf(one), await rooms.statesOf(one)]).toEqual([[], ['disconnect:SUPERSEDED']]);
  });

  it('a debt is not lifted by it, and keeps the hold beside it', async () => {
    const one = await rooms.room('1.00');
    await rooms.spend(one);
    const [cut] = await rooms.send(one);
    await rooms.answers(one, cut!, 'failed');
    await rooms.operatorCuts(one, 'MANUAL');
    const [second] = await rooms.send(one);
    await rooms.answers(one, second!, 'failed');
    await rooms.pass(one, 1);
    await expect(restore(one)).rejects.toMatchObject({ reason: 'ARREARS' });
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS', 'MANUAL']);
  });
});
