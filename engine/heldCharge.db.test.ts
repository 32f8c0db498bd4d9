import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { TestCampus } from '../db/testing/factories';
import { applyTopUp } from './applyTopUp';
import { booksOf, feed, says } from './testing/harness';
import { at, HeldRooms, MIDNIGHT, MINUTE, QUARTER } from './testing/heldRooms';
import { verifyLedger } from './verifyLedger';

describe('a charge far beyond the usual', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let rooms: HeldRooms;

  beforeAll(async () => {
    rooms = await HeldRooms.start();
    ({ database, campus } = rooms);
  });
  afterAll(() => database.drop());

  it('is held with all that follows it, is told as a P1, and is taken at the right price when a person releases it', async () => {
    const one = await rooms.room(50_000_000n);
    expect(await rooms.spent(one)).toBeCloseTo(4, 6);
    await rooms.report(one, 0.2);
    await rooms.report(one, 0.001);
    await rooms.report(one, 0.3);
    // Time does not make a gap of what is held.
    await rooms.report(one, 0.1, 3 * 3_600_000);
    const held = await booksOf(database, one.account.id);
    expect([held.balance, held.unposted]).toEqual(['-4.000000', '0.000000']);
    expect(held.quarantine).toEqual(['CHARGE_HELD', 'CHARGE_HELD', 'CHARGE_HELD', 'CHARGE_HELD']);
    expect(await rooms.alarmsOf(one)).toMatchObject([
      { priority: 1, active: true, evidence: { timesUsual: 100, charges: 40 } },
    ]);
    expect((await verifyLedger(database)).problem).toBeNull();

    await rooms.correctPrice(one, 500_000n);
    expect(await rooms.release(one)).toEqual({ quantityMicro: 601_000n });
    expect(await rooms.spent(one)).toBeCloseTo(4.3005, 6);
    expect((await booksOf(database, one.account.id)).quarantine).toEqual([]);
    expect(await rooms.alarmsOf(one)).toMatchObject([{ active: false }]);
    const { rows } = await database.pool.query<{ actor: string; detail: object }>(
      `select e.actor, e.detail from alarm_event e join alarm a on a.id = e.alarm_id
        where a.subject_id = $1 and e.event = 'RETURN'`,
      [one.meter.pointId],
    );
    expect(rows).toEqual([{ actor: 'user:finance', detail: { note: 'price corrected' } }]);
    expect((await verifyLedger(database)).problem).toBeNull();
    await expect(rooms.release(one)).rejects.toMatchObject({ reason: 'NO_HELD_CHARGE' });
  });

  it('keeps the hours true: what is released stands in the hours in which it was used', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    await rooms.report(one, 0.3);
    await rooms.release(one);
    const { rows } = await database.pool.query<{ kwh: bigint }>(
      'select sum(quantity_micro)::bigint as kwh from reading_hourly where meter_id = $1 and hour >= $2',
      [one.meter.id, new Date(MIDNIGHT)],
    );
    expect(rows).toEqual([{ kwh: 500_000n }]);
  });

  it('is not held where the register stood still for hours before: what it catches up is a gap, and the next is judged', async () => {
    const one = await rooms.room(30_000_000n);
    for (let i = 0; i < 12; i++) await rooms.report(one, 0);
    await rooms.report(one, 0.3);
    expect(await rooms.alarmsOf(one)).toEqual([]);
    await rooms.report(one, 0.3);
    expect(await rooms.alarmsOf(one)).toHaveLength(1);
  });

  it('is not held again for a day once a person has released one, so that more use becomes the usual use', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    await rooms.release(one);
    await rooms.report(one, 0.2);
    expect(await rooms.spent(one)).toBeCloseTo(4 + 20, 6);
    expect((await rooms.alarmsOf(one)).map(({ active }) => active)).toEqual([false]);
  });

  it.each([
    ['while a window fills', true],
    ['where the credit is so low that each reading is charged at once', false],
  ])('is seen %s, however little each reading adds', async (_, toppedUp) => {
    const one = await rooms.room(50_000_000n, { meter: { intervalS: 60 } });
    if (toppedUp)
      await applyTopUp(database, at(one.atMs), {
        campusId: campus.id,
        accountCode: one.account.code,
        amountMicro: 100_000_000n,
        channel: 'counter',
        reference: one.account.code,
        actor: 'user:test',
      });
    const before = await rooms.spent(one);
    for (let minute = 1; minute <= 14; minute++) await rooms.report(one, 0.02, MINUTE);
    // Five readings of 1.00 stand in the quarter hour; the sixth would have taken it beyond.
    expect((await rooms.spent(one)) - before).toBeCloseTo(5, 6);
    expect((await booksOf(database, one.account.id)).quarantine).toHaveLength(9);
  });

  it('is judged by quarter hours also where each reading is charged at once: even use is never held', async () => {
    const meter = { intervalS: 30, phases: 3, imaxA: 500 } as const;
    const one = await rooms.room(500_000n, { charges: 0, meter });
    // 9.00 in each quarter hour, in 30 charges; what is usual is looked up anew after an hour.
    for (let i = 0; i < 150; i++) await rooms.report(one, 0.6, MINUTE / 2);
    expect(await rooms.alarmsOf(one)).toEqual([]);
    expect(await rooms.spent(one)).toBeCloseTo(45, 6);
  });

  it('is not held after a gap, nor with fewer than 30 charges before, nor while a history is loaded', async () => {
    const gap = await rooms.room(50_000_000n);
    await rooms.report(gap, 0.2, 2 * 3_600_000 + 1);
    const fresh = await rooms.room(50_000_000n, { charges: 29 });
    await rooms.report(fresh, 0.2);
    const loaded = await rooms.room(50_000_000n);
    await rooms.report(loaded, 0.2, QUARTER, { supply: false });
    for (const one of [gap, fresh, loaded]) {
      expect(await rooms.alarmsOf(one)).toEqual([]);
      expect((await booksOf(database, one.account.id)).quarantine).toEqual([]);
    }
  });

  it('stays held when a reading comes late that lies before it', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.4);
    const before = await rooms.spent(one);
    await feed(database, [
      says(campus, one.meter.code, one.atMs - 10 * MINUTE, (one.register - 0.4).toFixed(3), {
        rxMs: one.atMs + MINUTE,
      }),
    ]);
    expect(await rooms.spent(one)).toBeCloseTo(before, 6);
    expect((await rooms.alarmsOf(one)).map(({ active }) => active)).toEqual([true]);
    await rooms.release(one);
    expect(await rooms.spent(one)).toBeCloseTo(4 + 0.4 * 50, 6);
  });
});
