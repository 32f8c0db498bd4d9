import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import { cst } from '../domain/tariffs/testing';
import { textFromMicro } from '../domain/units';
import { decideGift, draftGift } from './giveGift';
import { grantSubsidies } from './grantSubsidies';
import { ingestReadings } from './ingestReadings';
import { says } from './testing/harness';
import { makeFund, makeMoney } from './testing/subsidies';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';
import { verifyLedger } from './verifyLedger';

const YUAN = 1_000_000n;

describe('money that others give', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let serial = 0;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database } = rooms);
  });
  afterAll(async () => {
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
    await database.drop();
  });

  const run = () => grantSubsidies(database, rooms.ctx);
  const fund = (budgetMicro: bigint | null = null) =>
    makeFund(database, rooms.campus.id, `F${++serial}`, budgetMicro);

  async function money(
    one: SupplyRoom,
    fundId: number,
    amountMicro: bigint,
    more: { expiresMs?: number; monthly?: boolean; carryOver?: boolean; validToMs?: number } = {},
  ): Promise<string> {
    const code = `E${++serial}`;
    await makeMoney(database, {
      campusId: rooms.campus.id,
      accountId: one.account.id,
      fundId,
      code,
      amountMicro,
      fromMs: rooms.clock.now(),
      ...more,
    });
    return code;
  }

  /** Pots that hold anything, such as `cash 5.000000`. */
  async function pots(one: SupplyRoom): Promise<string[]> {
    const { rows } = await database.pool.query<{ name: string; micro: bigint }>(
      'select name, balance_micro as micro from ledger_account where account_id = $1 and balance_micro <> 0 order by name',
      [one.account.id],
    );
    return rows.map(({ name, micro }) => `${name.split(':').slice(2).join(':')} ${textFromMicro(micro)}`);
  }

  /** Rolled up from its entries. */
  async function taken(fundId: number): Promise<string> {
    const { rows } = await database.pool.query<{ micro: bigint }>(
      `select coalesce(-sum(e.amount_micro), 0)::bigint as micro from fund f
         join ledger_account l on l.campus_id = f.campus_id and l.name = 'fund:' || f.code
         join ledger_entry e on e.ledger_account_id = l.id where f.id = $1`,
      [fundId],
    );
    return textFromMicro(rows[0]!.micro);
  }

  it('G16: a charge takes subsidy, then gift, then cash', async () => {
    const one = await rooms.room('5.00');
    const code = await money(one, await fund(), 2n * YUAN);
    await run();
    const id = await draftGift(database, rooms.ctx, {
      campusId: rooms.campus.id,
      accountCode: one.account.code,
      amountMicro: YUAN,
      paymentId: null,
      reason: 'outage',
      actor: 'user:a',
    });
    await decideGift(database, rooms.ctx, {
      campusId: rooms.campus.id,
      giftId: id,
      approve: true,
      actor: 'user:b',
    });
    expect(await pots(one)).toEqual(['cash 5.000000', 'gift 1.000000', `subsidy:${code} 2.000000`]);
    await rooms.use(one, 13.043);
    await rooms.pass(one, 20);
    expect(await pots(one)).toEqual(['cash 1.478500']);
  });

  it('is granted once, earliest end first in use, and what is left goes back to its fund at the end', async () => {
    const one = await rooms.room('5.00');
    const fundId = await fund(10n * YUAN);
    const late = await money(one, fundId, 3n * YUAN);
    const soon = await money(one, fundId, 3n * YUAN, { expiresMs: rooms.clock.now() + 3_600_000 });
    expect(await run()).toMatchObject({ granted: 2, unpaid: 0 });
    expect(await run()).toMatchObject({ granted: 0 });
    expect(await taken(fundId)).toBe('6.000000');
    await rooms.use(one, 2);
    rooms.clock.advance(3_600_000);
    expect(await run()).toMatchObject({ lapsed: 1 });
    expect(await run()).toMatchObject({ lapsed: 0 });
    expect(await pots(one)).toEqual(['cash 5.000000', `subsidy:${late} 3.000000`]);
    expect(await taken(fundId)).toBe('4.000000');
    const { rows } = await database.pool.query<{ key: string }>(
      "select key from ledger_tx where kind = 'expire' and key = $1",
      [`expire:${soon}`],
    );
    expect(rows).toHaveLength(1);
    // A reading that reports after the end: what was used since is not the lapsed subsidy's to pay.
    await rooms.use(one, 1);
    await rooms.pass(one, 16);
    expect(await pots(one)).toEqual(['cash 5.000000', `subsidy:${late} 2.500000`]);
  });

  it('pays late use of the time before its end only while it lasts, and never a lapsed pot below zero', async () => {
    const one = await rooms.room('5.00');
    const fundId = await fund();
    await money(one, fundId, YUAN, { expiresMs: rooms.clock.now() + 600_000 });
    await run();
    const registerAt = one.register;
    const before = rooms.clock.now();
    rooms.clock.advance(1_800_000);
    await run();
    await ingestReadings(database, rooms.ctx, [
      says(rooms.campus, one.meter.code, before + 300_000, (registerAt + 1).toFixed(3)),
    ]);
    await rooms.report({ ...one, register: registerAt + 1 }, 1);
    one.register += 2;
    await rooms.pass(one, 20);
    expect(await pots(one)).toEqual(['cash 4.000000']);
    expect(await taken(fundId)).toBe('0.000000');
  });

  it('comes anew each month; the rest lapses with the month, or rolls over where that was agreed', async () => {
    rooms.clock.set(cst('2025-09-20 12:00'));
    const plain = await rooms.room('5.00');
    const rolling = await rooms.room('5.00');
    const fundId = await fund();
    const a = await money(plain, fundId, 2n * YUAN, { monthly: true });
    const b = await money(rolling, fundId, 2n * YUAN, { monthly: true, carryOver: true });
    await run();
    rooms.clock.set(cst('2025-10-01 00:00'));
    await run();
    expect(await pots(plain)).toEqual(['cash 5.000000', `subsidy:${a}.2025-10 2.000000`]);
    expect(await pots(rolling)).toEqual([
      'cash 5.000000',
      `subsidy:${b}.2025-09 2.000000`,
      `subsidy:${b}.2025-10 2.000000`,
    ]);
    expect(await taken(fundId)).toBe('6.000000');
  });

  it('is not granted above the budget of its fund, and finance is told once', async () => {
    const one = await rooms.room('5.00');
    const fundId = await fund(3n * YUAN);
    await money(one, fundId, 2n * YUAN);
    await money(one, fundId, 2n * YUAN);
    expect(await run()).toMatchObject({ granted: 1, unpaid: 1 });
    expect(await run()).toMatchObject({ granted: 0, unpaid: 1 });
    const { rows } = await database.pool.query(
      "select 1 from notice where kind = 'GRANT_UNPAID' and body ->> 'account' = $1",
      [one.account.code],
    );
    expect(rows).toHaveLength(1);
  });

  it('lights a room that owes nothing and was dark for want of credit alone', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.topUp(one, '0.10', `debt-${one.account.code}`);
    expect(await pots(one)).toEqual([]);
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
    rooms.clock.advance(60_000);
    await money(one, await fund(), 5n * YUAN);
    await run();
    expect(await rooms.reasonsOf(one)).toEqual([]);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
  });

  it('a gift needs a second person, and is decided once', async () => {
    const one = await rooms.room('5.00');
    const id = await draftGift(database, rooms.ctx, {
      campusId: rooms.campus.id,
      accountCode: one.account.code,
      amountMicro: YUAN,
      paymentId: null,
      reason: 'outage',
      actor: 'user:a',
    });
    const decide = (approve: boolean, actor: string) =>
      decideGift(database, rooms.ctx, { campusId: rooms.campus.id, giftId: id, approve, actor });
    await expect(decide(true, 'user:a')).rejects.toMatchObject({ reason: 'OWN_DRAFT' });
    const both = await Promise.allSettled([decide(true, 'user:b'), decide(true, 'user:c')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await pots(one)).toEqual(['cash 5.000000', 'gift 1.000000']);
  });

  it('is granted also behind as many accounts as are looked up at once whose fund can not pay', async () => {
    const [short, paid] = [await rooms.room('5.00'), await rooms.room('5.00')];
    await money(short, await fund(YUAN), 2n * YUAN);
    const code = await money(paid, await fund(), 2n * YUAN);
    expect(await grantSubsidies(database, rooms.ctx, 1)).toMatchObject({ granted: 1 });
    expect(await pots(paid)).toEqual(['cash 5.000000', `subsidy:${code} 2.000000`]);
  });
});
