import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textFromMicro } from '../../domain/units';
import { applyTopUp } from '../applyTopUp';
import { type SupplyRoom, SupplyRooms } from '../testing/supplyRooms';
import { verifyLedger } from '../verifyLedger';
import { type ChargebackTold, takeChargeback } from './chargeBack';
import { refundCash } from './refundCash';

describe('a payment that the payer’s bank takes back', () => {
  let rooms: SupplyRooms;
  let serial = 0;
  beforeAll(async () => {
    rooms = await SupplyRooms.start();
  });
  afterAll(async () => {
    expect(await verifyLedger(rooms.database)).toMatchObject({ ok: true });
    await rooms.database.drop();
  });

  /** A payment by Stripe. @returns what its chargeback would be told as */
  async function pay(one: SupplyRoom, yuan: bigint): Promise<ChargebackTold> {
    const txn = `pi_${++serial}`;
    const amountMicro = yuan * 1_000_000n;
    await applyTopUp(rooms.database, rooms.ctx, {
      campusId: rooms.campus.id,
      accountCode: one.account.code,
      amountMicro,
      channel: 'stripe',
      reference: txn,
      actor: 'psp:stripe',
    });
    return {
      ...{ campusId: rooms.campus.id, channel: 'stripe', reference: `dp_${serial}`, txn, amountMicro },
      ...{ currency: 'CNY', reason: 'fraudulent', step: 'TAKEN', actor: 'psp:stripe', event: null },
    };
  }

  const take = (told: ChargebackTold) => takeChargeback(rooms.database, rooms.ctx, told);

  async function pots(one: SupplyRoom): Promise<string[]> {
    const { rows } = await rooms.database.pool.query<{ pot: string; micro: bigint }>(
      `select lower(bucket) as pot, balance_micro as micro from ledger_account
        where account_id = $1 and balance_micro <> 0 order by 1`,
      [one.account.id],
    );
    return rows.map(({ pot, micro }) => `${pot} ${textFromMicro(micro)}`);
  }

  it('overdraws the account where it is spent: the rest is arrears, cuts, and is paid by the next top-up', async () => {
    const one = await rooms.room('5.00');
    const told = await pay(one, 20n);
    await rooms.use(one, 30);
    await rooms.pass(one, 16);
    expect(await pots(one)).toEqual(['cash 10.000000']);
    expect(await take(told)).toBe('CHARGED_BACK');
    expect(await pots(one)).toEqual(['arrears -10.000000']);
    await rooms.pass(one, 20);
    await rooms.meterObeys(one);
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
    await rooms.topUp(one, '12.00', 'again');
    expect(await pots(one)).toEqual(['cash 2.000000']);
    expect(await rooms.reasonsOf(one)).toEqual([]);
  });

  it('is booked once, and so is its return, which pays debts first', async () => {
    const one = await rooms.room('1.00');
    const told = await pay(one, 20n);
    await rooms.use(one, 24);
    await rooms.pass(one, 16);
    expect(await Promise.all([take(told), take(told)])).toEqual(
      expect.arrayContaining(['CHARGED_BACK', 'REPEAT']),
    );
    expect(await pots(one)).toEqual(['arrears -11.000000']);
    const back = { ...told, step: 'RETURNED' as const };
    expect(await take(back)).toBe('CHARGEBACK_RETURNED');
    expect(await take(back)).toBe('REPEAT');
    expect(await take(told)).toBe('REPEAT');
    expect(await pots(one)).toEqual(['cash 9.000000']);
  });

  it('of other money than it was told with, of nobody’s payment, or beyond what is left of it books nothing', async () => {
    const one = await rooms.room('1.00');
    const told = await pay(one, 20n);
    const before = await pots(one);
    expect(await take({ ...told, currency: 'USD' })).toBe('CONFLICT');
    expect(await take({ ...told, txn: 'pi_unknown' })).toBe('CONFLICT');
    expect(await take({ ...told, amountMicro: 20_000_001n })).toBe('CONFLICT');
    expect(await pots(one)).toEqual(before);
    await refundCash(rooms.database, rooms.ctx, {
      ...{ campusId: rooms.campus.id, accountCode: one.account.code, amountMicro: 5_000_000n },
      ...{ reason: 'part of it', actor: 'user:a', approver: null },
    });
    expect(await take(told)).toBe('CONFLICT');
    expect(await take({ ...told, amountMicro: 15_000_000n })).toBe('CHARGED_BACK');
    expect(await take(told)).toBe('CONFLICT');
    await expect(take({ ...told, reference: 'dp_unknown', step: 'RETURNED' })).rejects.toThrow('before');
  });

  it('is never given back besides', async () => {
    const one = await rooms.room('0.01');
    const told = await pay(one, 20n);
    await take(told);
    await rooms.topUp(one, '3.00', 'own');
    await expect(
      refundCash(rooms.database, rooms.ctx, {
        ...{ campusId: rooms.campus.id, accountCode: one.account.code, amountMicro: null },
        ...{ reason: 'moving out', actor: 'user:a', approver: null },
      }),
    ).resolves.toMatchObject({ amountMicro: 3_010_000n });
  });
});
