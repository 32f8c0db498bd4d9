import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../engine/context';
import { takePayment } from '../../engine/payments/takePayment';
import { verifyLedger } from '../../engine/verifyLedger';
import type { WalletChannel } from '../../simulator/payments/sandboxOrders';
import { PayingCampus } from './payingCampus';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const WALLETS: readonly WalletChannel[] = ['wechat', 'alipay', 'stripe'];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let campus: PayingCampus;

beforeAll(async () => {
  campus = await PayingCampus.start();
});
afterAll(() => campus?.stop());
beforeEach(async () => {
  campus.sandbox.behave({ drop: 1_000 });
  // What an earlier test left unpaid or untold heals by itself; it shall not do so within this one.
  campus.test.clock.advance(3 * 60 * MINUTE);
  await campus.look();
});

const TWENTY = 20_000_000n;

describe.each(WALLETS)('%s', (channel) => {
  it('an order that is paid and told of is credited, with its times and its receipt', async () => {
    const { orderNo, payUrl } = await campus.order(channel);
    expect(payUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    expect(await campus.view(orderNo)).toMatchObject({ state: 'CREATED', receipt: null, payUrl });
    if (channel === 'alipay') await fetch(payUrl!, { redirect: 'manual' });
    campus.test.clock.advance(5 * SECOND);
    campus.sandbox.confirm(channel, orderNo);
    campus.test.clock.advance(SECOND);
    expect(
      await campus.creditedBy(async () => {
        const { status } = await campus.deliver(campus.sandbox.notificationOf(channel, orderNo));
        expect(status).toBeLessThan(300);
      }),
    ).toBe(TWENTY);
    const credited = await campus.view(orderNo);
    expect(credited).toMatchObject({
      state: 'CREDITED',
      amount: '20.00',
      payUrl: null,
      help: null,
      power: 'NOT_OFF',
      receipt: { paymentId: expect.any(String), txId: expect.any(String) },
    });
    expect(credited.timeline.map(({ step }) => step)).toEqual(['ORDERED', 'PAID', 'CREDITED']);
    expect(credited.timeline.every(({ at }) => at !== null)).toBe(true);
  });

  it('the same notification again, and a question besides, credit nothing more', async () => {
    const orderNo = await campus.paidOrder(channel);
    const note = campus.sandbox.notificationOf(channel, orderNo);
    expect(
      await campus.creditedBy(async () => {
        await Promise.all([campus.deliver(note), campus.deliver(note), campus.look(), campus.deliver(note)]);
        await campus.deliver(campus.sandbox.notificationOf(channel, orderNo));
        campus.test.clock.advance(31 * SECOND);
        await campus.look();
      }),
    ).toBe(TWENTY);
    await campus.deliver(note);
    expect(await campus.newestEvent()).toMatchObject({ verdict: 'REPEAT' });
  });

  it('a lost notification is made up for by a question after 30 s', async () => {
    const orderNo = await campus.paidOrder(channel);
    expect(await campus.creditedBy(() => campus.look())).toBe(0n);
    campus.test.clock.advance(30 * SECOND);
    expect(await campus.creditedBy(() => campus.look())).toBe(TWENTY);
    expect(await campus.view(orderNo)).toMatchObject({ state: 'CREDITED' });
    // The notification comes after all.
    expect(
      await campus.creditedBy(() => campus.deliver(campus.sandbox.notificationOf(channel, orderNo))),
    ).toBe(0n);
  });

  it.each(['BYTE', 'SERIAL', 'OLD'] as const)(
    '%s: what is not proven credits nothing and is recorded',
    async (alter) => {
      const orderNo = await campus.paidOrder(channel);
      // An old word of Alipay holds if a question confirms it; here the provider has never heard of the order.
      const forged = campus.sandbox.notificationOf(channel, orderNo, { alter });
      if (channel === 'alipay' && alter === 'OLD') {
        expect(await campus.creditedBy(() => campus.deliver(forged))).toBe(TWENTY);
        return;
      }
      const credited = await campus.creditedBy(async () => {
        const { status } = await campus.deliver(forged);
        expect(status).toBeGreaterThanOrEqual(400);
      });
      expect(credited).toBe(0n);
      expect(await campus.newestEvent()).toMatchObject({ verdict: 'REFUSED', source: 'HOOK' });
      expect(await campus.view(orderNo)).toMatchObject({ state: 'CREATED' });
    },
  );

  it.each([
    ['AMOUNT', { amountFen: 1 }],
    ['AMOUNT', { amountFen: 200_000 }],
    ['CURRENCY', { currency: 'USD' }],
  ] as const)(
    '%s other than ordered goes to suspense with an alarm, and is not credited',
    async (reason, as) => {
      const orderNo = await campus.paidOrder(channel);
      expect(
        await campus.creditedBy(() => campus.deliver(campus.sandbox.notificationOf(channel, orderNo, as))),
      ).toBe(0n);
      expect(await campus.view(orderNo)).toMatchObject({
        state: 'MISMATCH',
        help: { who: 'FINANCE', problem: reason },
      });
      const { rows } = await campus.test.database.pool.query(
        `select s.reason, t.kind from suspense_item s join ledger_tx t on t.id = s.tx_id where s.order_no = $1`,
        [orderNo],
      );
      expect(rows).toEqual([{ reason, kind: 'suspense' }]);
      const alarms = await campus.test.database.pool.query(
        "select priority, active from alarm where rule = 'PAYMENT_SUSPENSE' and ended_ms is null",
      );
      expect(alarms.rows).toEqual([{ priority: 2, active: true }]);
      // Told again, and asked about: still nothing.
      expect(
        await campus.creditedBy(async () => {
          await campus.deliver(campus.sandbox.notificationOf(channel, orderNo, as));
          campus.test.clock.advance(3 * 60 * MINUTE);
          await campus.look();
        }),
      ).toBe(0n);
    },
  );

  it('a payer whose browser comes back claiming success is not believed; the provider is asked', async () => {
    const { orderNo } = await campus.order(channel);
    const spoofed = await campus.creditedBy(async () => {
      await fetch(
        `${campus.test.url}/api/payments/${channel === 'stripe' ? 'stripe/webhook' : `${channel}/notify`}`,
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          body: `out_trade_no=${orderNo}&trade_status=TRADE_SUCCESS&total_amount=20.00`,
        },
      );
      await (await campus.as('student')).returned({ orderNo });
    });
    expect(spoofed).toBe(0n);
    expect(await campus.newestEvent()).toMatchObject({ verdict: 'IGNORED', source: 'RETURN' });
    const paid = await campus.paidOrder(channel);
    expect(
      await campus.creditedBy(async () => (await campus.as('student')).returned({ orderNo: paid })),
    ).toBe(TWENTY);
  });

  it('an order nobody pays is closed after two hours, and never credited by it', async () => {
    const { orderNo } = await campus.order(channel);
    for (const age of [30 * SECOND, 90 * SECOND, 8 * MINUTE, 50 * MINUTE, 61 * MINUTE]) {
      campus.test.clock.advance(age);
      await campus.look();
    }
    expect(await campus.view(orderNo)).toMatchObject({ state: 'CLOSED' });
  });
});

it('Alipay, which knows no order before its page is opened, is told with the order when it ends', async () => {
  const { orderNo, payUrl } = await campus.order('alipay');
  const content = JSON.parse(new URL(payUrl!).searchParams.get('biz_content')!) as { time_expire: string };
  const { closesAt } = await campus.view(orderNo);
  expect(Date.parse(`${content.time_expire.replace(' ', 'T')}+08:00`)).toBe(
    Math.floor(Date.parse(closesAt!) / SECOND) * SECOND,
  );
});

it('money that lies in suspense already pays no order; the order is looked at in its time, not at every turn', async () => {
  const { database, clock } = campus.test;
  const orderNo = await campus.paidOrder('alipay');
  const form = new URLSearchParams(
    Buffer.from(campus.sandbox.notificationOf('alipay', orderNo).body).toString(),
  );
  await takePayment(
    database,
    { clock, log: silentLog },
    {
      channel: 'alipay',
      source: 'HOOK',
      eventId: `lost:${orderNo}`,
      orderNo: null,
      payment: { txn: form.get('trade_no')!, amountMicro: TWENTY, currency: 'CNY' },
      paidMs: null,
      bodyHash: null,
      address: null,
    },
  );
  clock.advance(31 * SECOND);
  expect(await campus.creditedBy(() => campus.look())).toBe(0n);
  const { problem, nextCheckAt } = await campus.view(orderNo);
  expect(problem).toBe('CONFLICT');
  expect(Date.parse(nextCheckAt!)).toBeGreaterThan(clock.now());
});

it('one tap is one order, also when it is doubled', async () => {
  const pay = await campus.as('student');
  const input = { amount: '30', channel: 'wechat', clientToken: 'the-same-tap' } as const;
  const [a, b] = await Promise.all([pay.createOrder(input), pay.createOrder(input)]);
  expect(a.orderNo).toBe(b.orderNo);
  expect(await pay.createOrder(input)).toMatchObject({ orderNo: a.orderNo, payUrl: expect.any(String) });
  await expect(pay.createOrder({ ...input, amount: '31' })).rejects.toThrow();
});

it('a campus card is debited once, also when its answers get lost', async () => {
  campus.sandbox.behave({ cardLosesAnswers: true, drop: 1_000 });
  const { orderNo, payUrl } = await campus.order('card');
  expect(payUrl).toBeNull();
  expect(await campus.view(orderNo)).toMatchObject({ state: 'CREATED' });
  campus.sandbox.behave({ drop: 1_000 });
  campus.test.clock.advance(31 * SECOND);
  expect(await campus.creditedBy(() => campus.look())).toBe(TWENTY);
  expect(await campus.view(orderNo)).toMatchObject({ state: 'CREDITED' });
  const direct = await campus.order('card');
  expect(await campus.view(direct.orderNo)).toMatchObject({ state: 'CREDITED', payUrl: null });
});

it('a key is exchanged without a restart: old and new are believed side by side, a removed one no more', async () => {
  const orderNo = await campus.paidOrder('wechat');
  const note = campus.sandbox.notificationOf('wechat', orderNo);
  const before = campus.settings;
  const wechat = before.wechat!;
  campus.settings = {
    ...before,
    wechat: { ...wechat, platformKeys: [{ ...wechat.platformKeys[0]!, serial: 'NEXT' }] },
  };
  expect(await campus.creditedBy(() => campus.deliver(note))).toBe(0n);
  campus.settings = {
    ...before,
    wechat: { ...wechat, platformKeys: [...campus.settings.wechat!.platformKeys, ...wechat.platformKeys] },
  };
  expect(await campus.creditedBy(() => campus.deliver(note))).toBe(TWENTY);
  campus.settings = before;
});

it('T6: hook, replay and question of one order at once, in any order and number, credit it once', async () => {
  const told = fc.record({
    channel: fc.constantFrom(...WALLETS),
    acts: fc.array(fc.constantFrom('HOOK', 'REPLAY', 'LOOK'), { minLength: 1, maxLength: 8 }),
    together: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(told, async ({ channel, acts, together }) => {
      const orderNo = await campus.paidOrder(channel);
      const first = campus.sandbox.notificationOf(channel, orderNo);
      campus.test.clock.advance(31 * SECOND);
      const credited = await campus.creditedBy(async () => {
        const runs = acts.map((act) => async () => {
          if (act === 'LOOK') await campus.look();
          else await campus.deliver(act === 'HOOK' ? campus.sandbox.notificationOf(channel, orderNo) : first);
        });
        if (together) await Promise.all(runs.map((run) => run()));
        else for (const run of runs) await run();
      });
      expect(credited).toBe(TWENTY);
      expect((await campus.view(orderNo)).state).toBe('CREDITED');
    }),
    { numRuns: FULL ? 1_000 : 100, endOnFailure: true },
  );
});

it('the ledger holds in the end', async () => {
  expect(await verifyLedger(campus.test.database)).toMatchObject({ ok: true });
});
