import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { declareNoCut, endNoCut } from './declareNoCut';
import { type CreditTermsInput, setCreditTerms } from './setCreditTerms';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const YUAN = 1_000_000n;
const PLAIN: CreditTermsInput = { class: 'PREPAID', graceDays: null, graceLimitMicro: null, recovery: null };

describe('terms of credit', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
  });
  afterAll(() => database.drop());

  const agree = (one: SupplyRoom, terms: Partial<CreditTermsInput>, approver: string | null = 'user:b') =>
    setCreditTerms(database, rooms.ctx, {
      campusId: rooms.campus.id,
      accountCode: one.account.code,
      terms: { ...PLAIN, ...terms },
      actor: 'user:a',
      approver,
    });

  /** Lets minutes pass until the meter is told something. @returns what */
  async function toldWithin(one: SupplyRoom, minutes: number): Promise<string[]> {
    for (let i = 0; i < minutes; i++) {
      await rooms.pass(one, 1);
      const told = await rooms.meterObeys(one);
      if (told.length > 0) return told;
    }
    return [];
  }

  async function dark(): Promise<SupplyRoom> {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    return one;
  }

  it('an account that pays afterwards is never cut, and a dark room of it is lit', async () => {
    const one = await dark();
    for (const alone of [null, 'user:a'])
      await expect(agree(one, { class: 'POSTPAID' }, alone)).rejects.toMatchObject({ reason: 'TWO_PERSONS' });
    await agree(one, { class: 'POSTPAID' });
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    one.relay = 1;
    await rooms.use(one, 10);
    await rooms.pass(one, 20);
    expect(await rooms.meterObeys(one)).toEqual([]);
    await agree(one, {});
    expect(await toldWithin(one, 20)).toEqual(['disconnect']);
  });

  it('a special account is not cut for its days, nor down to its debt, and then it is', async () => {
    const byDays = await rooms.room('1.00');
    await agree(byDays, { class: 'SPECIAL', graceDays: 2 });
    await rooms.use(byDays, 2.2);
    await rooms.pass(byDays, 20);
    expect(await rooms.statesOf(byDays)).toEqual([]);
    clock.advance(2 * DAY);
    await rooms.pass(byDays, 60);
    expect(await rooms.reasonsOf(byDays)).toEqual(['ARREARS']);

    const byDebt = await rooms.room('1.00');
    await agree(byDebt, { class: 'SPECIAL', graceLimitMicro: 2n * YUAN });
    await rooms.use(byDebt, 5.8);
    await rooms.pass(byDebt, 20);
    expect(await rooms.statesOf(byDebt)).toEqual([]);
    await rooms.use(byDebt, 0.4);
    await rooms.pass(byDebt, 20);
    expect(await rooms.reasonsOf(byDebt)).toEqual(['ARREARS']);
  });

  it('a grace that is agreed on for a dark room lights it', async () => {
    const one = await dark();
    await agree(one, { class: 'SPECIAL', graceLimitMicro: 20n * YUAN });
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
  });

  it('under a plan the instalment brings supply back, the rest of the debt stays, and is due again next month', async () => {
    clock.set(cst('2025-10-06 12:00'));
    const one = await rooms.room('1.00');
    await agree(one, { class: 'SPECIAL', graceLimitMicro: 9n * YUAN });
    await rooms.use(one, 20.2);
    await agree(one, {});
    expect(await toldWithin(one, 20)).toEqual(['disconnect']);
    await rooms.pass(one, 2);
    await agree(one, { recovery: { percent: 50, instalmentMicro: 3n * YUAN } });
    await rooms.topUp(one, '5.00', `part-${one.account.code}`);
    expect(await rooms.meterObeys(one)).toEqual([]);
    await rooms.topUp(one, '1.00', `rest-${one.account.code}`);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    await rooms.pass(one, 30);
    expect(await rooms.reasonsOf(one)).toEqual([]);
    const { rows } = await database.pool.query<{ bucket: string; micro: bigint }>(
      'select bucket, balance_micro as micro from ledger_account where account_id = $1 and balance_micro <> 0 order by bucket',
      [one.account.id],
    );
    expect(rows).toEqual([
      { bucket: 'ARREARS', micro: -6_100_000n },
      { bucket: 'CASH', micro: 3_000_000n },
    ]);
    clock.set(cst('2025-11-03 12:00'));
    await rooms.pass(one, 60);
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
  });

  it('a declared time bars cuts for credit from its start, also one that was queued, and not beyond its end', async () => {
    clock.set(cst('2025-11-04 12:00'));
    const one = await rooms.room('1.00');
    const declare = (fromMs: number, toMs: number) =>
      declareNoCut(database, rooms.ctx, {
        campusId: rooms.campus.id,
        policyCode: null,
        kind: 'COLD',
        fromMs,
        toMs,
        reason: 'minus 15',
        actor: 'user:energy',
      });
    await rooms.spend(one);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:QUEUED']);
    const id = await declare(clock.now(), clock.now() + 3 * DAY);
    expect(await rooms.meterObeys(one)).toEqual([]);
    await rooms.pass(one, 20);
    expect((await rooms.statesOf(one)).every((state) => state === 'disconnect:SUPERSEDED')).toBe(true);
    await endNoCut(database, rooms.ctx, { campusId: rooms.campus.id, id, actor: 'user:energy' });
    expect(await toldWithin(one, 3)).toEqual(['disconnect']);
    await expect(
      endNoCut(database, rooms.ctx, { campusId: rooms.campus.id, id, actor: 'user:energy' }),
    ).rejects.toMatchObject({ reason: 'ENDED' });
    await expect(declare(clock.now(), clock.now() + 70 * DAY)).rejects.toMatchObject({ reason: 'TO' });
  });

  it('names what is wrong with terms', async () => {
    const one = await rooms.room('1.00');
    await expect(agree(one, { graceDays: 3 })).rejects.toMatchObject({ reason: 'GRACE_OF_SPECIAL' });
    await expect(agree(one, { recovery: { percent: 100, instalmentMicro: YUAN } })).rejects.toMatchObject({
      reason: 'PERCENT',
    });
  });
});
