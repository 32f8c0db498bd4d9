import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { TestMeter } from '../db/testing/factories';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { applyStatus } from './applyStatus';
import { detectSilence } from './detectSilence';
import type { SupplyRooms } from './testing/supplyRooms';
import { type ToldReading, ToldReadings, watts } from './testing/toldReadings';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('what senders leave out, say at the wrong time, or do not say at all', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;
  let told: ToldReadings;

  beforeAll(async () => {
    told = await ToldReadings.start();
    ({ database, rooms, clock } = told);
  });
  afterAll(() => database.drop());

  const hears = (said: readonly ToldReading[]) => told.hears(said);
  const alarmsAt = (meter: TestMeter) => told.alarmsAt(meter);

  async function alarmsOfGateway(id: number) {
    const { rows } = await database.pool.query(
      "select rule, active, priority, count, evidence from alarm where subject_type = 'GATEWAY' and subject_id = $1 order by id",
      [id],
    );
    return rows;
  }

  it('messages that never came: one alarm an hour after the twentieth part of a day is missing, over after a day without', async () => {
    clock.set(cst('2025-10-01 12:00'));
    const [lossy, backlog, restarted] = [
      await rooms.campus.meter({ intervalS: 60 }),
      await rooms.campus.meter({ intervalS: 60 }),
      await rooms.campus.meter({ intervalS: 60 }),
    ];
    const minute = (n: number, seqs: readonly [number, number, number], boot: number) =>
      hears(
        [lossy, backlog, restarted].map((meter, which) => ({
          meter: meter!,
          more: { ...watts(n), boot: which === 2 ? boot : 1, seq: seqs[which]! },
        })),
      );
    for (let n = 0; n < 5; n++, clock.advance(MINUTE)) await minute(n, [n, n, 7_000 + n], 1);
    // 100 of 1,440 messages are missing at once, of the second meter for as long as its backlog takes.
    const leapMs = clock.now();
    for (let n = 5; n < 75; n++, clock.advance(MINUTE)) {
      await minute(n, [100 + n, 100 + n, n - 5], 2);
      if (n === 20)
        for (let late = 99; late >= 0; late -= 33)
          await hears(
            Array.from({ length: Math.min(33, late + 1) }, (_, back) => late - back).map((seq) => ({
              meter: backlog,
              atMs: leapMs - (101 - seq) * 500,
              moves: false,
              more: { ...watts(seq), boot: 1, seq: 5 + seq },
            })),
          );
      if (n === 60) expect(await alarmsAt(lossy)).toEqual([]);
    }
    expect(await alarmsAt(lossy)).toMatchObject([
      { rule: 'SEQUENCE_GAPS', priority: 4, active: true, count: 1, since: leapMs + HOUR },
    ]);
    for (let n = 75; n < 75 + 50; n++) {
      clock.advance(HOUR);
      await minute(n, [100 + n, 100 + n, n], 2);
    }
    expect(await alarmsAt(lossy)).toMatchObject([{ rule: 'SEQUENCE_GAPS', active: false }]);
    expect(await alarmsAt(backlog)).toEqual([]);
    expect(await alarmsAt(restarted)).toEqual([]);
  });

  it('a clock more than a minute off is one alarm, over when it is right; a slow delivery, a backlog and half a minute are none', async () => {
    clock.set(cst('2025-10-05 12:00'));
    const [fast, slow, near, backlog] = [
      await rooms.campus.meter({ intervalS: 60 }),
      await rooms.campus.meter({ intervalS: 60 }),
      await rooms.campus.meter({ intervalS: 60 }),
      await rooms.campus.meter({ intervalS: 60 }),
    ];
    const startMs = clock.now();
    for (let n = 0; n < 60; n++) {
      clock.set(startMs + n * MINUTE);
      const now = clock.now();
      await hears([
        { meter: fast!, atMs: now + (n < 30 ? 90 * SECOND : 0), more: watts(n) },
        { meter: slow!, atMs: now - (n === 10 ? 100 * SECOND : 0), more: watts(n) },
        { meter: near!, atMs: now - 30 * SECOND, more: watts(n) },
      ]);
    }
    await hears(
      Array.from({ length: 60 }, (_, n) => ({
        meter: backlog!,
        atMs: startMs + n * MINUTE,
        more: watts(n),
      })),
    );
    const [alarm, ...others] = await alarmsAt(fast!);
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({
      rule: 'CLOCK_DRIFT',
      priority: 4,
      active: false,
      since: startMs + 4 * MINUTE,
      evidence: { value: -90_000, limit: 60_000, unit: 'ms' },
    });
    for (const meter of [slow!, near!, backlog!]) expect(await alarmsAt(meter), meter.code).toEqual([]);
  });

  it('a gateway that is down is one alarm after a minute, and its meters’ silence is none; one that is back sooner was never away', async () => {
    clock.set(cst('2025-10-08 12:00'));
    const [down, blinked] = [await rooms.campus.gateway(), await rooms.campus.gateway()];
    const [behind, alone] = [
      await rooms.campus.meter({ intervalS: 60, gatewayId: down!.id }),
      await rooms.campus.meter({ intervalS: 60 }),
    ];
    const status = (code: string, online: boolean) =>
      applyStatus(database, rooms.ctx, {
        site: rooms.campus.code,
        kind: 'GATEWAY',
        code,
        online,
        boot: null,
        firmware: null,
        rxMs: clock.now(),
      });
    const looks = async (times: number, everyMs: number) => {
      for (let n = 0; n < times; n++) {
        clock.advance(everyMs);
        await detectSilence(database, rooms.ctx);
      }
    };
    await hears([
      { meter: behind!, more: { ...watts(0), gateway: down!.code } },
      { meter: alone!, more: watts(0) },
    ]);
    await status(down!.code, false);
    await status(blinked!.code, false);
    const sinceMs = clock.now();
    await looks(8, 5 * SECOND);
    await status(blinked!.code, true);
    await looks(3, 5 * SECOND);
    expect(await alarmsOfGateway(down!.id)).toEqual([]);
    await looks(12, 5 * SECOND);
    expect(await alarmsOfGateway(down!.id)).toMatchObject([
      {
        rule: 'GATEWAY_OFFLINE',
        active: true,
        priority: 2,
        count: 1,
        evidence: { gateway: down!.code, since: sinceMs },
      },
    ]);
    // A day later the meter behind it is silent for that reason; the other one for its own.
    await looks(47, 30 * MINUTE);
    expect(await alarmsAt(alone!)).toEqual([]);
    await looks(3, 30 * MINUTE);
    expect(await alarmsAt(alone!)).toMatchObject([
      { rule: 'METER_OFFLINE', priority: 3, active: true, count: 1, evidence: { meter: alone!.code } },
    ]);
    const { rows: covered } = await database.pool.query(
      "select suppressed_by from alarm where rule = 'METER_OFFLINE' and subject_id = $1",
      [behind!.id],
    );
    expect(covered).toEqual([{ suppressed_by: `gateway:${down!.code}` }]);
    await status(down!.code, true);
    clock.advance(MINUTE);
    await hears([
      { meter: behind!, more: { ...watts(1), gateway: down!.code } },
      { meter: alone!, more: watts(1) },
    ]);
    await looks(2, 5 * SECOND);
    expect(await alarmsOfGateway(down!.id)).toMatchObject([{ active: false }]);
    expect(await alarmsOfGateway(blinked!.id)).toEqual([]);
    for (const meter of [behind!, alone!])
      expect(await alarmsAt(meter), meter.code).toMatchObject([{ active: false }]);
  });
});
