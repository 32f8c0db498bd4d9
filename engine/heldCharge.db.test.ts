import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { type TestAccount, TestCampus, type TestMeter } from '../db/testing/factories';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from './applyTopUp';
import { silentLog } from './context';
import type { IngestOptions } from './ingestReadings';
import { releaseHeldCharge } from './releaseHeldCharge';
import { booksOf, feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const MIDNIGHT = cst('2025-09-11 00:00');

const at = (ms: number) => ({ clock: new FixedClock(ms), log: silentLog });

/** A room with 40 charges of 0.10, before midnight. */
interface Room {
  readonly account: TestAccount;
  readonly meter: TestMeter;
  register: number;
  atMs: number;
}

describe('a charge far beyond the usual', () => {
  let database: TestDatabase;
  let campus: TestCampus;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
  });
  afterAll(() => database.drop());

  /** @param wrong price from midnight on, µ a kWh, instead of 0.50 */
  async function room(wrong: bigint, intervalS = 900, charges = 40): Promise<Room> {
    const tariffId = await campus.tariff([
      flatTariff('RIGHT', cst('2024-01-01 00:00'), 500_000n),
      flatTariff('WRONG', MIDNIGHT, wrong),
    ]);
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId, intervalS });
    await campus.changed();
    const one: Room = { account, meter, register: 100, atMs: MIDNIGHT - charges * QUARTER };
    await report(one, 0, 0);
    for (let i = 0; i < charges; i++) await report(one, 0.2);
    return one;
  }

  async function report(one: Room, kwh: number, afterMs = QUARTER, options: IngestOptions = {}) {
    one.register += kwh;
    one.atMs += afterMs;
    await feed(database, [says(campus, one.meter.code, one.atMs, one.register.toFixed(3))], options);
  }

  const release = (one: Room) =>
    releaseHeldCharge(database, at(one.atMs + MINUTE), {
      campusId: campus.id,
      pointCode: one.meter.pointCode,
      actor: 'user:finance',
      note: 'price corrected',
    });

  async function correctPrice(one: Room, priceMicro: bigint): Promise<void> {
    await database.pool.query(
      `update tariff_version v set body = jsonb_set(v.body, '{pricesMicro,0,ALL}', to_jsonb($2::text))
         from account_tariff t where t.account_id = $1 and v.tariff_id = t.tariff_id`,
      [one.account.id, priceMicro.toString()],
    );
    await campus.changed();
  }

  async function alarmsOf(one: Room) {
    const { rows } = await database.pool.query<{
      priority: number;
      active: boolean;
      evidence: Record<string, unknown>;
    }>(
      `select priority, active, evidence from alarm where rule = 'BALANCE_ANOMALY' and subject_id = $1 order by id`,
      [one.meter.pointId],
    );
    return rows;
  }

  const spent = async (one: Room) => -Number((await booksOf(database, one.account.id)).balance);

  it('is held with all that follows it, is told as a P1, and is taken at the right price when a person releases it', async () => {
    const one = await room(50_000_000n);
    expect(await spent(one)).toBeCloseTo(4, 6);
    await report(one, 0.2);
    await report(one, 0.001);
    await report(one, 0.3);
    // Time does not make a gap of what is held.
    await report(one, 0.1, 3 * 3_600_000);
    const held = await booksOf(database, one.account.id);
    expect([held.balance, held.unposted]).toEqual(['-4.000000', '0.000000']);
    expect(held.quarantine).toEqual(['CHARGE_HELD', 'CHARGE_HELD', 'CHARGE_HELD', 'CHARGE_HELD']);
    expect(await alarmsOf(one)).toMatchObject([
      { priority: 1, active: true, evidence: { timesUsual: 100, charges: 40 } },
    ]);
    expect((await verifyLedger(database)).problem).toBeNull();

    await correctPrice(one, 500_000n);
    expect(await release(one)).toEqual({ quantityMicro: 601_000n });
    expect(await spent(one)).toBeCloseTo(4.3005, 6);
    expect((await booksOf(database, one.account.id)).quarantine).toEqual([]);
    expect(await alarmsOf(one)).toMatchObject([{ active: false }]);
    const { rows } = await database.pool.query<{ actor: string; detail: object }>(
      `select e.actor, e.detail from alarm_event e join alarm a on a.id = e.alarm_id
        where a.subject_id = $1 and e.event = 'RETURN'`,
      [one.meter.pointId],
    );
    expect(rows).toEqual([{ actor: 'user:finance', detail: { note: 'price corrected' } }]);
    expect((await verifyLedger(database)).problem).toBeNull();
    await expect(release(one)).rejects.toMatchObject({ reason: 'NO_HELD_CHARGE' });
  });

  it('keeps the hours true: what is released stands in the hours in which it was used', async () => {
    const one = await room(50_000_000n);
    await report(one, 0.2);
    await report(one, 0.3);
    await release(one);
    const { rows } = await database.pool.query<{ kwh: bigint }>(
      'select sum(quantity_micro)::bigint as kwh from reading_hourly where meter_id = $1 and hour >= $2',
      [one.meter.id, new Date(MIDNIGHT)],
    );
    expect(rows).toEqual([{ kwh: 500_000n }]);
  });

  it('is not held where the register stood still for hours before: what it catches up is a gap, and the next is judged', async () => {
    const one = await room(30_000_000n);
    for (let i = 0; i < 12; i++) await report(one, 0);
    await report(one, 0.3);
    expect(await alarmsOf(one)).toEqual([]);
    await report(one, 0.3);
    expect(await alarmsOf(one)).toHaveLength(1);
  });

  it('is not held again for a day once a person has released one, so that more use becomes the usual use', async () => {
    const one = await room(50_000_000n);
    await report(one, 0.2);
    await release(one);
    await report(one, 0.2);
    expect(await spent(one)).toBeCloseTo(4 + 20, 6);
    expect((await alarmsOf(one)).map(({ active }) => active)).toEqual([false]);
  });

  it.each([
    ['while a window fills', true],
    ['where the credit is so low that each reading is charged at once', false],
  ])('is seen %s, however little each reading adds', async (_, toppedUp) => {
    const one = await room(50_000_000n, 60);
    if (toppedUp)
      await applyTopUp(database, at(one.atMs), {
        campusId: campus.id,
        accountCode: one.account.code,
        amountMicro: 100_000_000n,
        channel: 'counter',
        reference: one.account.code,
        actor: 'user:test',
      });
    const before = await spent(one);
    for (let minute = 1; minute <= 14; minute++) await report(one, 0.02, MINUTE);
    // Five readings of 1.00 stand in the quarter hour; the sixth would have taken it beyond.
    expect((await spent(one)) - before).toBeCloseTo(5, 6);
    expect((await booksOf(database, one.account.id)).quarantine).toHaveLength(9);
  });

  it('is not held after a gap, nor with fewer than 30 charges before, nor while a history is loaded', async () => {
    const gap = await room(50_000_000n);
    await report(gap, 0.2, 2 * 3_600_000 + 1);
    const fresh = await room(50_000_000n, 900, 29);
    await report(fresh, 0.2);
    const loaded = await room(50_000_000n);
    await report(loaded, 0.2, QUARTER, { supply: false });
    for (const one of [gap, fresh, loaded]) {
      expect(await alarmsOf(one)).toEqual([]);
      expect((await booksOf(database, one.account.id)).quarantine).toEqual([]);
    }
  });

  it('stays held when a reading comes late that lies before it', async () => {
    const one = await room(50_000_000n);
    await report(one, 0.4);
    const before = await spent(one);
    await feed(database, [
      says(campus, one.meter.code, one.atMs - 10 * MINUTE, (one.register - 0.4).toFixed(3), {
        rxMs: one.atMs + MINUTE,
      }),
    ]);
    expect(await spent(one)).toBeCloseTo(before, 6);
    expect((await alarmsOf(one)).map(({ active }) => active)).toEqual([true]);
    await release(one);
    expect(await spent(one)).toBeCloseTo(4 + 0.4 * 50, 6);
  });
});
