import fc from 'fast-check';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../db/client';
import { findOrder, insertOrder } from '../../db/queries/paymentOrders';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { type TestAccount, TestCampus } from '../../db/testing/factories';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../context';
import { verifyLedger } from '../verifyLedger';
import { claimUnassigned } from './claimUnassigned';
import { type PaymentTold, takePayment } from './takePayment';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;
const WRITERS = 8;
const AMOUNT = 20_000_000n;
const clock = new FixedClock(Date.UTC(2025, 8, 10, 4));
const ctx = { clock, log: silentLog };

/** One telling: of which order, of which payment at the provider, and whether it says what was ordered. */
const telling = fc.record({
  order: fc.integer({ min: 0, max: 2 }),
  txn: fc.integer({ min: 0, max: 2 }),
  event: fc.integer({ min: 0, max: 2 }),
  source: fc.constantFrom('HOOK' as const, 'QUERY' as const),
  says: fc.constantFrom(
    'RIGHT' as const,
    'RIGHT' as const,
    'RIGHT' as const,
    'LESS' as const,
    'DOLLARS' as const,
  ),
});

describe('T6: whatever is told of payments, how often and in what order', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let account: TestAccount;

  beforeAll(async () => {
    database = await createTestDatabase(WRITERS + 2);
    campus = await TestCampus.create(database);
    account = await campus.account();
  });
  afterAll(() => database.drop());

  async function order(): Promise<string> {
    const orderNo = ulid();
    await withTransaction(database, (tx) =>
      insertOrder(tx.client, {
        orderNo,
        campusId: campus.id,
        accountId: account.id,
        personId: null,
        actor: 'test',
        channel: 'wechat',
        amountMicro: AMOUNT,
        currency: 'CNY',
        clientToken: orderNo,
        createdMs: clock.now(),
        lookDueMs: clock.now(),
      }),
    );
    return orderNo;
  }

  it('an order is credited at most once and only with its own amount; a payment has one place; the ledger holds', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(telling, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (list, together) => {
          run += 1;
          const orders = await Promise.all([order(), order(), order()]);
          const prefix = `R${run}-`;
          const tellings = list.map(
            ({ order: n, txn, event, source, says }): PaymentTold => ({
              channel: 'wechat',
              source,
              eventId: source === 'HOOK' ? `${prefix}E${txn}-${event}` : `query:${prefix}T${txn}`,
              orderNo: orders[n]!,
              payment: {
                txn: `${prefix}T${txn}`,
                amountMicro: says === 'LESS' ? 10_000n : AMOUNT,
                currency: says === 'DOLLARS' ? 'USD' : 'CNY',
              },
              paidMs: null,
              bodyHash: null,
              address: null,
            }),
          );
          if (together) await Promise.all(tellings.map((told) => takePayment(database, ctx, told)));
          else for (const told of tellings) await takePayment(database, ctx, told);
          // Told all over again: nothing moves any more.
          const before = await stateOf(prefix, orders);
          for (const told of [...tellings].reverse()) await takePayment(database, ctx, told);
          expect(await stateOf(prefix, orders)).toEqual(before);

          const { payments, suspense, states, events } = before;
          for (const { amount } of payments) expect(BigInt(amount)).toBe(AMOUNT);
          const places = [...payments.map(({ txn }) => txn), ...suspense.map(({ txn }) => txn)];
          expect(new Set(places).size).toBe(places.length);
          // Every payment that was told of has its place, and every order that is credited its payment.
          expect([...places].sort()).toEqual([...new Set(tellings.map(({ payment }) => payment.txn))].sort());
          expect(states.filter((state) => state === 'CREDITED')).toHaveLength(payments.length);
          expect(events).toBe(new Set(tellings.map(({ eventId }) => eventId)).size);
          // One right telling of one payment, and nothing else about its order: credited.
          for (const [n, orderNo] of orders.entries()) {
            const own = tellings.filter((told) => told.orderNo === orderNo);
            const alone = tellings.every(
              (told) =>
                told.orderNo === orderNo || own.every(({ payment }) => payment.txn !== told.payment.txn),
            );
            const right = own.every(
              ({ payment }) =>
                payment.amountMicro === AMOUNT &&
                payment.currency === 'CNY' &&
                payment.txn === own[0]!.payment.txn,
            );
            if (own.length > 0 && alone && right) expect(states[n]).toBe('CREDITED');
          }
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  }, 1_800_000);

  async function stateOf(prefix: string, orders: readonly string[]) {
    const { pool } = database;
    const payments = await pool.query<{ txn: string; amount: string }>(
      'select reference as txn, amount_micro::text as amount from payment where reference like $1 order by reference',
      [`${prefix}%`],
    );
    const suspense = await pool.query<{ txn: string; amount: string }>(
      'select provider_txn as txn, amount_micro::text as amount from suspense_item where provider_txn like $1 order by provider_txn',
      [`${prefix}%`],
    );
    const events = await pool.query<{ n: number }>(
      "select count(*)::int as n from psp_event where first and (event_id like $1 or event_id like 'query:' || $1)",
      [`${prefix}%`],
    );
    const states = await Promise.all(orders.map(async (orderNo) => (await findOrder(pool, orderNo))!.state));
    return { payments: payments.rows, suspense: suspense.rows, events: events.rows[0]!.n, states };
  }

  it('money without an order goes to the campus of its merchant account, else to the one that claims it, never to another', async () => {
    const other = await TestCampus.create(database);
    const { pool } = database;
    const tell = (txn: string, merchantCampus: string | null, event = txn) =>
      takePayment(database, ctx, {
        ...{ channel: 'wechat', source: 'HOOK', eventId: `stray-${event}`, orderNo: null, merchantCampus },
        ...{ payment: { txn, amountMicro: AMOUNT, currency: 'CNY' }, paidMs: null },
        ...{ bodyHash: null, address: null },
      });
    const placesOf = async (txn: string) =>
      (
        await pool.query<{ campus: number }>(
          'select campus_id as campus from suspense_item where provider_txn = $1',
          [txn],
        )
      ).rows.map((row) => row.campus);
    expect(await tell('S1', other.code)).toMatchObject({ verdict: 'SUSPENSE' });
    expect(await placesOf('S1')).toEqual([other.id]);
    for (const [txn, merchant] of [
      ['S2', null],
      ['S3', 'NOWHERE'],
    ] as const) {
      expect(await tell(txn, merchant)).toMatchObject({ verdict: 'UNASSIGNED' });
      expect(await tell(txn, merchant, `${txn}-again`)).toMatchObject({ verdict: 'REPEAT' });
      expect(await placesOf(txn)).toEqual([]);
    }
    const told = await pool.query<{ campus: number }>(
      `select campus_id as campus from notice where kind = 'PAYMENT_CONFLICT' and body ->> 'payment' = 'S2' order by 1`,
    );
    expect(told.rows.map((row) => row.campus)).toEqual([campus.id, other.id]);
    const event = await pool.query<{ id: string }>(
      `select id::text as id from psp_event where verdict = 'UNASSIGNED' and provider_txn = 'S2'`,
    );
    const claim = (by: TestCampus) =>
      claimUnassigned(database, ctx, { campusId: by.id, eventId: event.rows[0]!.id });
    const claims = await Promise.allSettled([claim(campus), claim(other)]);
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await placesOf('S2')).toHaveLength(1);
    expect(await tell('S2', null, 'S2-later')).toMatchObject({ verdict: 'REPEAT' });
    // What one campus took pays no order of another.
    const stray = await pool.query<{ id: string }>(
      `select id::text as id from psp_event where verdict = 'UNASSIGNED' and provider_txn = 'S3'`,
    );
    await claimUnassigned(database, ctx, { campusId: other.id, eventId: stray.rows[0]!.id });
    const payOrder = async (txn: string, amountMicro = AMOUNT) =>
      takePayment(database, ctx, {
        ...{ channel: 'wechat', source: 'HOOK', eventId: `${txn}-${amountMicro}`, orderNo: await order() },
        ...{ payment: { txn, amountMicro, currency: 'CNY' }, paidMs: null, bodyHash: null, address: null },
      });
    expect(await payOrder('S3')).toMatchObject({ verdict: 'CONFLICT' });
    expect(await payOrder('S3', AMOUNT + 10_000n)).toMatchObject({ verdict: 'CONFLICT' });
    expect(await placesOf('S3')).toEqual([other.id]);
    // Claimed and paid in the same instant, it is in one place.
    expect(await tell('S4', null)).toMatchObject({ verdict: 'UNASSIGNED' });
    const fourth = await pool.query<{ id: string }>(
      `select id::text as id from psp_event where verdict = 'UNASSIGNED' and provider_txn = 'S4'`,
    );
    const [claimed, paid] = await Promise.allSettled([
      claimUnassigned(database, ctx, { campusId: other.id, eventId: fourth.rows[0]!.id }),
      payOrder('S4'),
    ]);
    const credits = await pool.query("select 1 from payment where reference = 'S4'");
    expect((await placesOf('S4')).length + credits.rowCount!).toBe(1);
    expect(claimed.status === 'fulfilled').toBe(credits.rowCount === 0);
    expect(paid.status).toBe('fulfilled');
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});
