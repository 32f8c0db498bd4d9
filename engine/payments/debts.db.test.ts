import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dueRefunds } from '../../db/queries/refunds';
import type { TestDatabase } from '../../db/testing/createTestDatabase';
import { setCreditTerms } from '../setCreditTerms';
import { type SupplyRoom, SupplyRooms } from '../testing/supplyRooms';
import { verifyLedger } from '../verifyLedger';
import { refundCash } from './refundCash';
import { noteRefund } from './refundSteps';
import { resolveSuspense } from './suspense';
import { takePayment } from './takePayment';

/** Money that comes by other ways than a top-up pays debts as a top-up does, and supply follows. */
describe('debts of a dark room', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    database = rooms.database;
  });
  afterAll(() => database.drop());

  async function potsOf(one: SupplyRoom): Promise<Record<string, string>> {
    const { rows } = await database.pool.query<{ bucket: string; micro: string }>(
      'select lower(bucket) as bucket, balance_micro::text as micro from ledger_account where account_id = $1 and balance_micro <> 0',
      [one.account.id],
    );
    return Object.fromEntries(rows.map(({ bucket, micro }) => [bucket, micro]));
  }

  it('are paid by a refund that its provider refuses, and the room is lit', async () => {
    const one = await rooms.room('50.00');
    const { campus, ctx } = rooms;
    await refundCash(database, ctx, {
      campusId: campus.id,
      accountCode: one.account.code,
      amountMicro: null,
      reason: 'test',
      actor: 'user:one',
      approver: null,
    });
    await database.pool.query("update refund set state = 'QUEUED', due_ms = 0 where account_id = $1", [
      one.account.id,
    ]);
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
    const [refund] = await dueRefunds(database.pool, rooms.clock.now(), 10);
    await noteRefund(database, ctx, refund!, { kind: 'REFUSED', reason: 'TEST' });
    expect(await potsOf(one)).toEqual({ cash: '48900000' });
    expect(await rooms.reasonsOf(one)).toEqual([]);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
  });

  it('under an agreed plan are paid by money from suspense in the agreed share, which counts as an instalment', async () => {
    const one = await rooms.room('0.01');
    const { campus, ctx } = rooms;
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    expect(await potsOf(one)).toEqual({ arrears: '-1090000' });
    await setCreditTerms(database, ctx, {
      campusId: campus.id,
      accountCode: one.account.code,
      terms: {
        class: 'PREPAID',
        graceDays: null,
        graceLimitMicro: null,
        recovery: { percent: 30, instalmentMicro: 500_000n },
      },
      actor: 'user:one',
      approver: 'user:two',
    });
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
    const tell = (eventId: string) =>
      takePayment(database, ctx, {
        channel: 'wechat',
        source: 'HOOK',
        eventId,
        orderNo: null,
        payment: { txn: 'T-1', amountMicro: 2_000_000n, currency: 'CNY' },
        paidMs: null,
        bodyHash: null,
        address: null,
      });
    await tell('E-1');
    const { rows } = await database.pool.query<{ id: string }>('select id from suspense_item');
    await resolveSuspense(database, ctx, {
      campusId: campus.id,
      itemId: rows[0]!.id,
      decision: { kind: 'CREDIT', accountCode: one.account.code },
      actor: 'user:one',
      approver: null,
      note: 'test',
    });
    expect(await potsOf(one)).toEqual({ arrears: '-490000', cash: '1400000' });
    expect(await rooms.reasonsOf(one)).toEqual([]);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
    // Told once more by another notification, it is the same money.
    expect(await tell('E-2')).toMatchObject({ verdict: 'REPEAT' });
    expect(await potsOf(one)).toEqual({ arrears: '-490000', cash: '1400000' });
  });
});
