import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaymentChannel } from '../credit/posting';
import { CampusZone } from '../time/campusTime';
import { endOfWorkingDay } from './dueDate';
import { judgePayment, type OrderedPayment } from './judgePayment';
import { orderCare } from './orderHelp';
import {
  ORDER_EVENTS,
  ORDER_STATES,
  type OrderEvent,
  type OrderState,
  orderStep,
  refundEvent,
} from './orderMachine';
import { CLOSE_AT_MS, isOverdue, nextPollMs, POLL_AT_MS } from './polling';
import { planRefund, type RefundablePayment, refundableMicro } from './refundPlan';
import { refundNeedsSecond } from './secondPerson';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;
const NOW = Date.UTC(2025, 8, 10, 4);
const yuan = (amount: number): bigint => BigInt(Math.round(amount * 100)) * 10_000n;

describe('the order machine', () => {
  it('says something of every event in every state, and never leaves credited money', () => {
    for (const state of ORDER_STATES)
      for (const event of ORDER_EVENTS) {
        const step = orderStep(state, event);
        expect(['MOVED', 'SAME', 'REFUSED'], `${state} ${event}`).toContain(step.outcome);
        if (step.outcome === 'MOVED') expect(ORDER_STATES).toContain(step.to);
      }
  });

  it('credits only what was paid, and once', () => {
    const anyEvents = fc.array(fc.constantFrom(...ORDER_EVENTS), { maxLength: 30 });
    fc.assert(
      fc.property(anyEvents, (events) => {
        let state: OrderState = 'CREATED';
        let credited = 0;
        let paid = false;
        for (const event of events) {
          const step = orderStep(state, event);
          if (step.outcome !== 'MOVED') continue;
          if (event === 'CREDIT') {
            expect(paid).toBe(true);
            credited += 1;
          }
          if (event === 'PAY') paid = true;
          state = step.to;
        }
        expect(credited).toBeLessThanOrEqual(1);
      }),
      { numRuns: RUNS },
    );
  });

  it('takes late money of a closed order, and none of a mismatched one', () => {
    expect(orderStep('CLOSED', 'PAY')).toMatchObject({ outcome: 'MOVED', to: 'PAID' });
    expect(orderStep('MISMATCH', 'PAY')).toMatchObject({ outcome: 'REFUSED' });
  });

  it('follows refunds wherever they end', () => {
    const go = (state: OrderState, refunded: number): OrderState => {
      const event: OrderEvent = refundEvent(yuan(50), yuan(refunded));
      const step = orderStep(state, event);
      return step.outcome === 'MOVED' ? step.to : state;
    };
    let state = go('CREDITED', 20);
    expect(state).toBe('PART_REFUNDED');
    state = go(state, 50);
    expect(state).toBe('REFUNDED');
    expect(go(state, 20)).toBe('PART_REFUNDED');
    expect(go(state, 0)).toBe('CREDITED');
  });
});

describe('what a proven payment does', () => {
  const order: OrderedPayment = { state: 'CREATED', amountMicro: yuan(20), currency: 'CNY', txn: null };
  const paid = { txn: 'T1', amountMicro: yuan(20), currency: 'CNY' };

  it('credits exactly what was ordered', () => {
    expect(judgePayment(order, paid)).toEqual({ kind: 'CREDIT' });
    expect(judgePayment({ ...order, state: 'CLOSED' }, paid)).toEqual({ kind: 'CREDIT' });
  });

  it('sets aside another amount, another currency, a second payment, and money without an order', () => {
    expect(judgePayment(order, { ...paid, amountMicro: yuan(19.99) })).toEqual({
      kind: 'SUSPENSE',
      reason: 'AMOUNT',
    });
    expect(judgePayment(order, { ...paid, currency: 'USD' })).toEqual({
      kind: 'SUSPENSE',
      reason: 'CURRENCY',
    });
    expect(judgePayment({ ...order, state: 'CREDITED', txn: 'T0' }, paid)).toEqual({
      kind: 'SUSPENSE',
      reason: 'PAID_TWICE',
    });
    expect(judgePayment(null, paid)).toEqual({ kind: 'SUSPENSE', reason: 'NO_ORDER' });
  });

  it('knows a repeat, a paid order that still waits, and a repeat with other contents', () => {
    expect(judgePayment({ ...order, state: 'CREDITED', txn: 'T1' }, paid)).toEqual({ kind: 'REPEAT' });
    expect(judgePayment({ ...order, state: 'PAID', txn: 'T1' }, paid)).toEqual({ kind: 'CREDIT' });
    expect(judgePayment({ ...order, state: 'CREDITED', txn: 'T1' }, { ...paid, amountMicro: 1n })).toEqual({
      kind: 'CONFLICT',
    });
    expect(judgePayment({ ...order, state: 'MISMATCH', txn: 'T1' }, paid)).toEqual({ kind: 'REPEAT' });
  });
});

describe('refunds', () => {
  const payment = (id: string, amount: number, minute: number): RefundablePayment => ({
    id,
    channel: 'wechat',
    amountMicro: yuan(amount),
    refundedMicro: 0n,
    paidMs: NOW - 3_600_000 + minute * 60_000,
    ordered: true,
  });
  const g22 = [payment('w1', 50, 0), payment('w2', 30, 1)];
  const parts = (cash: number) =>
    planRefund(yuan(cash), g22, null, NOW).map(({ paymentId, amountMicro }) => [paymentId, amountMicro]);

  it('G22: newest first, each for what of it is left', () => {
    expect(parts(60)).toEqual([
      ['w2', yuan(30)],
      ['w1', yuan(30)],
    ]);
    expect(parts(14.6)).toEqual([['w2', yuan(14.6)]]);
  });

  it('never more than cash, never more than unrefunded top-ups, never fractions of a fen', () => {
    expect(refundableMicro(14_609_999n, g22)).toBe(yuan(14.6));
    expect(() => planRefund(yuan(60), g22, yuan(60.01), NOW)).toThrow('unrefunded');
    expect(() => planRefund(yuan(60), g22, 5_000n, NOW)).toThrow('two decimals');
    expect(() => planRefund(yuan(60), g22, 0n, NOW)).toThrow('positive');
  });

  it('go by hand where the provider takes nothing back any more, or never knew the payment', () => {
    const how = (one: Partial<RefundablePayment>) =>
      planRefund(yuan(5), [{ ...payment('p', 5, 0), ...one }], null, NOW)[0]!.how;
    expect(how({})).toBe('PROVIDER');
    expect(how({ paidMs: NOW - 366 * 86_400_000 })).toBe('BY_HAND');
    expect(how({ ordered: false })).toBe('BY_HAND');
    expect(how({ channel: 'counter' })).toBe('BY_HAND');
  });

  const somePayments = fc.array(
    fc.record({
      channel: fc.constantFrom<PaymentChannel>('wechat', 'alipay', 'stripe', 'card', 'counter', 'bank'),
      fen: fc.integer({ min: 1, max: 50_000 }),
      backFen: fc.integer({ min: 0, max: 50_000 }),
      minute: fc.integer({ min: 0, max: 5 }),
      ordered: fc.boolean(),
    }),
    { maxLength: 12 },
  );

  it('parts sum to what was asked, newest before older, none above its payment, whatever the history', () => {
    fc.assert(
      fc.property(
        somePayments,
        fc.bigInt({ min: -5_000_000n, max: 900_000_000n }),
        fc.nat(),
        (list, cash, wish) => {
          const payments = list.map(
            ({ fen, backFen, minute, channel, ordered }, i): RefundablePayment => ({
              id: `p${String(i).padStart(2, '0')}`,
              channel,
              amountMicro: BigInt(fen) * 10_000n,
              refundedMicro: BigInt(Math.min(fen, backFen)) * 10_000n,
              paidMs: NOW - minute * 60_000,
              ordered,
            }),
          );
          const most = refundableMicro(cash, payments);
          const wantedFen = most === 0n ? 0n : (BigInt(wish) % (most / 10_000n)) + 1n;
          const wanted = wantedFen === 0n ? null : wantedFen * 10_000n;
          const plan = planRefund(cash, payments, wanted, NOW);
          const sum = plan.reduce((total, part) => total + part.amountMicro, 0n);
          expect(sum).toBe(wanted ?? most);
          expect(sum <= (cash > 0n ? cash : 0n)).toBe(true);
          const byId = new Map(payments.map((one) => [one.id, one]));
          let last = Number.POSITIVE_INFINITY;
          for (const [i, { paymentId, amountMicro }] of plan.entries()) {
            const one = byId.get(paymentId)!;
            const left = one.amountMicro - one.refundedMicro;
            expect(amountMicro > 0n && amountMicro % 10_000n === 0n && amountMicro <= left).toBe(true);
            // Only the last part may leave something of its payment.
            if (i < plan.length - 1) expect(amountMicro).toBe(left);
            expect(one.paidMs).toBeLessThanOrEqual(last);
            last = one.paidMs;
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('need a second person above 500.00 a day, parts added up', () => {
    expect(refundNeedsSecond(yuan(500), 0n)).toBe(false);
    expect(refundNeedsSecond(yuan(500.01), 0n)).toBe(true);
    expect(refundNeedsSecond(yuan(200.01), yuan(300))).toBe(true);
  });
});

describe('time', () => {
  it('asks at 30 s, 2, 10 and 60 minutes, then looks a last time at two hours', () => {
    const looks: number[] = [];
    for (let at = NOW; looks.length < 5; ) {
      at = nextPollMs(NOW, at);
      looks.push(at - NOW);
    }
    expect(looks).toEqual([...POLL_AT_MS, CLOSE_AT_MS]);
    expect(isOverdue(NOW, NOW + CLOSE_AT_MS - 1)).toBe(false);
    expect(isOverdue(NOW, NOW + CLOSE_AT_MS)).toBe(true);
    // A provider that does not answer at the end is asked again, not forgotten.
    expect(nextPollMs(NOW, NOW + CLOSE_AT_MS + 1)).toBeGreaterThan(NOW + CLOSE_AT_MS);
  });

  it('a person has until the end of the second working day, weekends left out', () => {
    const zone = new CampusZone('Asia/Shanghai');
    const friday = Date.parse('2025-09-12T15:00:00+08:00');
    expect(endOfWorkingDay(friday, 2, zone)).toBe(Date.parse('2025-09-17T00:00:00+08:00'));
    expect(orderCare({ state: 'CREDITED', paidMs: friday, problem: null }, zone, friday)).toBeNull();
    expect(orderCare({ state: 'PAID', paidMs: friday, problem: null }, zone, friday + 1_000)).toMatchObject({
      who: 'SYSTEM',
      byMs: friday + 600_000,
    });
    expect(orderCare({ state: 'PAID', paidMs: friday, problem: 'X' }, zone, friday + 600_000)).toEqual({
      who: 'FINANCE',
      byMs: Date.parse('2025-09-17T00:00:00+08:00'),
      problem: 'X',
    });
  });
});
