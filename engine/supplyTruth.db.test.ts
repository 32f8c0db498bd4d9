import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPointView } from '../db/queries/pointViews';
import { campusScope } from '../db/queries/scope';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import { NO_NO_CUT_PERIODS } from '../domain/supply/noCutPeriods';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { ingestReadings } from './ingestReadings';
import { replaceMeter } from './replaceMeter';
import { requestSupply } from './requestSupply';
import { says } from './testing/harness';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('wanted and measured supply meet, or somebody is told why not', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
  });
  afterAll(() => database.drop());

  /** Another account pays for the room from now on. */
  async function handOver(one: SupplyRoom, policy = rooms.anyHour, kind = 'ROOM'): Promise<SupplyRoom> {
    const account = await rooms.campus.account({ policy, kind });
    const now = new Date(clock.now());
    await database.pool.query('update account_point set valid_to = $2 where point_id = $1', [
      one.meter.pointId,
      now,
    ]);
    await database.pool.query(
      'insert into account_point (account_id, point_id, valid_from) values ($1, $2, $3)',
      [account.id, one.meter.pointId, now],
    );
    await database.pool.query(
      `insert into account_tariff (account_id, utility, tariff_id, valid_from)
       select $1, utility, tariff_id, $3 from account_tariff where account_id = $2`,
      [account.id, one.account.id, now],
    );
    await rooms.campus.changed();
    return { ...one, account };
  }

  async function dark(): Promise<SupplyRoom> {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
    return one;
  }

  it('a room that was cut for its old payer’s credit is lit by the new payer’s', async () => {
    const next = await handOver(await dark());
    await rooms.topUp(next, '20.00', `next-${next.account.code}`);
    await rooms.closeGaps();
    expect(await rooms.reasonsOf(next)).toEqual([]);
    expect(await rooms.meterObeys(next)).toEqual(['connect']);
  });

  it('a new payer without credit keeps it dark, and the first top-up of that payer brings it back', async () => {
    const next = await handOver(await dark());
    await rooms.closeGaps();
    expect(await rooms.reasonsOf(next)).toEqual(['ARREARS']);
    await rooms.closeGaps();
    clock.advance(MINUTE);
    await rooms.topUp(next, '20.00', `later-${next.account.code}`);
    expect(await rooms.meterObeys(next)).toEqual(['connect']);
  });

  it('a room that becomes the campus’s own is kept off for nobody’s credit', async () => {
    const next = await handOver(await dark(), rooms.anyHour, 'PUBLIC');
    await rooms.closeGaps();
    expect(await rooms.meterObeys(next)).toEqual(['connect']);
  });

  async function exchange(one: SupplyRoom): Promise<SupplyRoom> {
    const code = `N${one.meter.code}`;
    await replaceMeter(database, rooms.ctx, {
      campusId: rooms.campus.id,
      pointCode: one.meter.pointCode,
      oldEndRegister: one.register.toFixed(3),
      meter: { code, serial: code, startRegister: '0' },
      actor: 'user:electrician',
      reason: 'worn',
    });
    const { rows } = await database.pool.query<{ id: number }>('select id from meter where code = $1', [
      code,
    ]);
    return { ...one, meter: { ...one.meter, id: rows[0]!.id, code }, register: 0, relay: 0 };
  }

  it('a meter that is exchanged while a restore waits, and is fitted open, gets that restore once its hour is over', async () => {
    const one = await dark();
    await rooms.topUp(one, '20.00', `fitted-${one.account.code}`);
    const fitted = await exchange(one);
    clock.advance(SECOND);
    await rooms.report(fitted, 0);
    await rooms.closeGaps();
    await rooms.pass(fitted, 1);
    clock.advance(57 * MINUTE);
    await rooms.pass(fitted, 1);
    expect(await rooms.meterObeys(fitted), 'it may feed another room').toEqual([]);
    expect(await refusalOf(fitted)).toBe('MAPPING_CHANGED');
    await rooms.pass(fitted, 2);
    expect(await rooms.meterObeys(fitted)).toEqual(['connect']);
  });

  it('a meter that was exchanged less than an hour ago is switched by nobody until somebody confirms it, but for safety', async () => {
    const one = await rooms.room('1.00');
    const fitted = { ...(await exchange(one)), relay: 1 as const };
    clock.advance(SECOND);
    await rooms.report(fitted, 0);
    await rooms.spend(fitted);
    expect(await rooms.reasonsOf(fitted)).toEqual(['ARREARS']);
    expect(await rooms.meterObeys(fitted), 'no automatic cut').toEqual([]);
    expect(await refusalOf(fitted)).toBe('MAPPING_CHANGED');
    await rooms.topUp(fitted, '20.00', `mapped-${one.account.code}`);
    await expect(rooms.operator(fitted, 'disconnect')).rejects.toMatchObject({ reason: 'MAPPING_CHANGED' });
    expect(await rooms.reasonsOf(fitted), 'nothing is half done').toEqual([]);
    const confirmed = { ...rooms.asked(fitted, 'disconnect'), mappingConfirmed: true };
    await requestSupply(database, rooms.ctx, confirmed);
    expect(await rooms.meterObeys(fitted)).toEqual(['disconnect']);
    clock.advance(SECOND);
    await rooms.report(fitted, 0);
    clock.advance(MINUTE);
    await rooms.report(fitted, 0);
    // Confirmed once is confirmed for everybody.
    await rooms.operator(fitted, 'connect');
    expect(await rooms.meterObeys(fitted)).toEqual(['connect']);

    const hot = { ...(await exchange(await rooms.room('50.00'))), relay: 1 as const };
    clock.advance(SECOND);
    await rooms.report(hot, 0);
    await rooms.operatorCuts(hot, 'SAFETY');
    expect(await rooms.meterObeys(hot)).toEqual(['disconnect']);
  });

  async function refusalOf(one: SupplyRoom): Promise<string | undefined> {
    const { rows } = await database.pool.query<{ refusal: { reason: string } | null }>(
      'select refusal from supply_state where point_id = $1',
      [one.meter.pointId],
    );
    return rows[0]?.refusal?.reason;
  }

  it('a paid room whose new meter is fitted open for no reason is not closed unattended but told of, until it is lit', async () => {
    const one = await rooms.room('50.00');
    const fitted = await exchange(one);
    clock.advance(SECOND);
    await rooms.report(fitted, 0);
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(fitted)).toEqual([]);
    await rooms.pass(fitted, 2);
    await rooms.closeGaps();
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(fitted)).toEqual(['SUPPLY_UNEXPLAINED']);
    expect(await rooms.statesOf(fitted)).toEqual([]);
    fitted.relay = 1;
    await rooms.pass(fitted, 1);
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(fitted)).toEqual([]);
  });

  it('a wanted cut that nothing follows up is tried again, and a refused one no more than once a minute', async () => {
    const one = await rooms.room('50.00');
    await database.pool.query(
      `update supply_state set reasons = '{"SAFETY": {"sinceMs": 1, "by": "rule:test"}}', retry_due_ms = null where point_id = $1`,
      [one.meter.pointId],
    );
    await rooms.closeGaps();
    await rooms.pass(one, 1);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);

    const guarded = await rooms.room('50.00');
    await database.pool.query("update meter_point set protection = 'LIFE_SAFETY' where id = $1", [
      guarded.meter.pointId,
    ]);
    await rooms.campus.changed();
    await database.pool.query(
      `update supply_state set reasons = '{"SAFETY": {"sinceMs": 1, "by": "rule:test"}}' where point_id = $1`,
      [guarded.meter.pointId],
    );
    const due: (number | null)[] = [];
    for (let i = 0; i < 4; i++) {
      await rooms.closeGaps();
      await rooms.sweep();
      const { rows } = await database.pool.query<{ due: bigint | null; reason: string }>(
        "select retry_due_ms as due, refusal ->> 'reason' as reason from supply_state where point_id = $1",
        [guarded.meter.pointId],
      );
      expect(rows[0]!.reason).toBe('LIFE_SAFETY');
      due.push(rows[0]!.due === null ? null : Number(rows[0]!.due));
      clock.advance(10 * SECOND);
    }
    expect(new Set(due).size).toBe(1);
  });

  it('a cut that failed before a no-cut time waits for its end, without a command in between', async () => {
    const noCut = await rooms.campus.policy({
      noCutPeriods: { ...NO_NO_CUT_PERIODS, dailyWindows: [{ fromMinute: 0, toMinute: 480 }] },
    });
    clock.set(cst('2025-10-14 23:00'));
    const one = await rooms.room('0.50', noCut);
    await rooms.use(one, 2);
    await rooms.pass(one, 8);
    const [cut] = await rooms.send(one);
    await rooms.answers(one, cut!, 'failed');
    const before = (await rooms.statesOf(one)).length;
    clock.set(cst('2025-10-15 00:00'));
    await rooms.pass(one, 15);
    expect(await rooms.statesOf(one)).toHaveLength(before);
    clock.set(cst('2025-10-15 07:59'));
    // The night without readings was an outage, which has a grace of its own.
    await rooms.pass(one, 32);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
  });

  it('a position keeps the time of its own report', async () => {
    const one = await rooms.room('50.00');
    await rooms.pass(one, 1);
    const reportedMs = clock.now();
    clock.advance(10 * MINUTE);
    one.register += 0.01;
    await ingestReadings(database, rooms.ctx, [
      says(rooms.campus, one.meter.code, clock.now(), one.register.toFixed(3), { powerW: 100 }),
    ]);
    const scope = campusScope(rooms.campus.id, new Date(clock.now()));
    const view = await findPointView(database, scope, one.meter.pointCode, clock.now());
    expect(view).toMatchObject({ relay: 1, positionMs: reportedMs, lastMs: clock.now() });
  });
});
