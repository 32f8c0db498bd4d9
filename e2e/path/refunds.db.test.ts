import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { verifyLedger } from '../../engine/verifyLedger';
import { testCampusDocument } from '../../server/testing/testCampus';
import { PayingCampus } from './payingCampus';

const DAY_MS = 86_400_000;
let campus: PayingCampus;

beforeAll(async () => {
  campus = await PayingCampus.start();
  campus.sandbox.behave({ drop: 1_000 });
  const document = {
    ...testCampusDocument,
    users: [
      ...testCampusDocument.users,
      { code: 'finance2', name: 'Finance Two', password: 'finance-two-pass', roles: [{ role: 'FINANCE' }] },
    ],
  };
  const { rows } = await importCampus(
    campus.test.database,
    { clock: campus.test.clock, log: silentLog },
    document,
    {
      actor: 'test',
    },
  );
  expect(rows.flatMap((row) => row.errors)).toEqual([]);
});
afterAll(() => campus?.stop());

const statesOf = async (accountCode: string) =>
  (
    await campus.test.database.pool.query<{ channel: string; amount: string; state: string }>(
      `select r.channel, (r.amount_micro / 10000)::text as amount, r.state::text from refund r join account a on a.id = r.account_id
        where a.code = $1 order by r.created_ms, r.refund_no`,
      [accountCode],
    )
  ).rows;

describe('refunds', () => {
  it('G22: go back to the original payments, newest first, and out to their providers', async () => {
    campus.test.clock.advance(1_000);
    const w1 = await campus.creditedOrder('wechat', '50.00');
    campus.test.clock.advance(1_000);
    const w2 = await campus.creditedOrder('alipay', '30.00');
    expect(await campus.cash('A-101')).toBe('130.00');
    const finance = await campus.as('finance');
    // What is shown before anything is booked is what is booked.
    expect(await finance.refundPreview({ accountCode: 'A-101', amount: '60.00' })).toMatchObject({
      mostMicro: 130_000_000n,
      needsSecond: false,
      tooMuch: false,
      parts: [
        { channel: 'alipay', amountMicro: 30_000_000n, how: 'PROVIDER', paidMicro: 30_000_000n },
        { channel: 'wechat', amountMicro: 30_000_000n, how: 'PROVIDER', paidMicro: 50_000_000n },
      ],
    });
    expect(await finance.refundPreview({ accountCode: 'A-101', amount: '500.01' })).toMatchObject({
      tooMuch: true,
      needsSecond: true,
      parts: [],
    });
    await finance.refund({ accountCode: 'A-101', amount: '60.00', reason: 'moved to another campus' });
    expect(await campus.cash('A-101')).toBe('70.00');
    expect(await statesOf('A-101')).toEqual([
      { channel: 'alipay', amount: '3000', state: 'QUEUED' },
      { channel: 'wechat', amount: '3000', state: 'QUEUED' },
    ]);
    await campus.sendRefunds();
    expect((await statesOf('A-101')).map(({ state }) => state)).toEqual(['DONE', 'DONE']);
    expect(await campus.view(w1)).toMatchObject({ state: 'PART_REFUNDED' });
    expect(await campus.view(w2)).toMatchObject({ state: 'REFUNDED' });
    // Nothing is told twice.
    expect(await campus.sendRefunds()).toEqual({ sent: 0 });
  });

  it('of what no provider takes back wait for a person, who hands them out once', async () => {
    const finance = await campus.as('finance');
    // 20.00 are left of the wallet payment, 50.00 were entered at the opening.
    await finance.refund({ accountCode: 'A-101', amount: null, reason: 'moving out' });
    expect(await campus.cash('A-101')).toBe('0.00');
    await campus.sendRefunds();
    const byHand = async () =>
      (await finance.refunds({ account: 'A-101' })).filter(({ state }) => state === 'BY_HAND');
    const waiting = await byHand();
    expect(waiting).toMatchObject([
      { accountCode: 'A-101', channel: 'counter', paidBy: 'counter', amountMicro: 50_000_000n },
    ]);
    const act = { refundNo: waiting[0]!.refundNo, reference: 'CASH-1' };
    await finance.handOutRefund(act);
    await expect(finance.handOutRefund(act)).rejects.toThrow('does not wait');
    expect(await byHand()).toEqual([]);
    await expect(
      finance.refund({ accountCode: 'A-101', amount: '0.01', reason: 'once more' }),
    ).rejects.toThrow();
  });

  it('above 500.00 a day need a second person, also in parts', async () => {
    const finance = await campus.as('finance');
    campus.test.clock.advance(2 * DAY_MS);
    await campus.creditedOrder('stripe', '900.00');
    const part = (amount: string, second?: { name: string; password: string }) =>
      finance.refund({
        accountCode: 'A-101',
        amount,
        reason: 'too much paid',
        ...(second ? { second } : {}),
      });
    await expect(part('500.01')).rejects.toThrow('second person');
    await part('300.00');
    await expect(part('200.01')).rejects.toThrow('second person');
    await expect(part('200.01', { name: 'finance', password: 'finance-pass' })).rejects.toThrow(
      'second person',
    );
    await expect(part('200.01', { name: 'finance2', password: 'wrong-password' })).rejects.toThrow('wrong');
    await part('200.01', { name: 'finance2', password: 'finance-two-pass' });
    expect(await campus.cash('A-101')).toBe('399.99');
  });

  it('that a provider refuses for good come back to the account', async () => {
    const finance = await campus.as('finance');
    campus.test.clock.advance(2 * DAY_MS);
    const orderNo = await campus.creditedOrder('wechat', '40.00');
    const before = await campus.cash('A-101');
    await finance.refund({ accountCode: 'A-101', amount: '40.00', reason: 'paid twice' });
    // The provider has another idea of the payment.
    const rename = (reference: string) =>
      campus.test.database.pool.query(
        `update payment set reference = ${reference} where id = (select payment_id from payment_order where order_no = $1)`,
        [orderNo],
      );
    await rename("'unknown-' || reference");
    const underWay = async () =>
      (await finance.refunds({ account: 'A-101' })).find(({ reason }) => reason === 'paid twice')!;
    const { refundNo } = await underWay();
    // Told again later, unless a person has it told at once.
    await campus.test.database.pool.query(
      'update refund set due_ms = due_ms + 3600000 where refund_no = $1',
      [refundNo],
    );
    await campus.sendRefunds();
    expect(await underWay()).toMatchObject({ state: 'QUEUED', attempts: 0 });
    await finance.retryRefund({ refundNo });
    await campus.sendRefunds();
    expect(await underWay()).toMatchObject({ state: 'FAILED', dueMs: null });
    await expect(finance.retryRefund({ refundNo })).rejects.toThrow('does not wait');
    await rename("replace(reference, 'unknown-', '')");
    expect(await campus.cash('A-101')).toBe(before);
    expect(await campus.view(orderNo)).toMatchObject({ state: 'CREDITED' });
  });

  it('are made once, however late one is told again whose answer was lost', async () => {
    const { pool } = campus.test.database;
    campus.test.clock.advance(2 * DAY_MS);
    const orderNo = await campus.creditedOrder('stripe', '30.00');
    await (await campus.as('finance')).refund({ accountCode: 'A-101', amount: '10.00', reason: 'too much' });
    await campus.sendRefunds();
    const made = async () =>
      (
        await pool.query<{ state: string; reference: string }>(
          `select r.state::text, r.provider_refund as reference from refund r join payment_order o on o.payment_id = r.payment_id
            where o.order_no = $1`,
          [orderNo],
        )
      ).rows;
    const first = await made();
    expect(first).toMatchObject([{ state: 'DONE' }]);
    // The provider remembers the words of a request for a day only.
    campus.test.clock.advance(DAY_MS + 3_600_000);
    await pool.query(
      `update refund set state = 'QUEUED', done_ms = null, provider_refund = null, due_ms = $2
        where payment_id = (select payment_id from payment_order where order_no = $1)`,
      [orderNo, campus.test.clock.now()],
    );
    await campus.sendRefunds();
    expect(await made()).toEqual(first);
  });

  it('are for finance alone', async () => {
    for (const user of ['student', 'admin', 'energy', 'warden-n']) {
      const payments = await campus.as(user);
      const ask = { accountCode: 'A-101', amount: '1.00' };
      await expect(payments.refund({ ...ask, reason: 'please' }), user).rejects.toThrow();
      await expect(payments.refundPreview(ask), user).rejects.toThrow();
      await expect(payments.refunds({ account: 'A-101' }), user).rejects.toThrow();
    }
  });
});

describe('money in suspense', () => {
  it('finds its account by a person, once, and the alarm goes', async () => {
    const finance = await campus.as('finance');
    const orderNo = await campus.paidOrder('wechat', '20.00');
    await campus.deliver(campus.sandbox.notificationOf('wechat', orderNo, { amountFen: 1_500 }));
    const [item] = (await finance.attention()).suspense;
    expect(item).toMatchObject({ reason: 'AMOUNT', amount: '15.00', orderNo });
    const before = await campus.cash('A-101');
    const act = {
      id: item!.id,
      decision: { kind: 'CREDIT', accountCode: 'A-101' },
      note: 'payer confirmed',
    } as const;
    await finance.resolveSuspense(act);
    await expect(finance.resolveSuspense(act)).rejects.toThrow('already');
    expect(Number(await campus.cash('A-101')) - Number(before)).toBeCloseTo(15, 6);
    const { rows } = await campus.test.database.pool.query(
      "select active from alarm where rule = 'PAYMENT_SUSPENSE' order by id desc limit 1",
    );
    expect(rows).toEqual([{ active: false }]);
    expect(await campus.view(orderNo)).toMatchObject({ help: null, problem: 'SUSPENSE_CREDITED' });
  });

  it('above a day’s limit moves by two people alone, also in parts, and goes back like any payment', async () => {
    const finance = await campus.as('finance');
    campus.test.clock.advance(2 * DAY_MS);
    const second = { name: 'finance2', password: 'finance-two-pass' };
    const self = { name: 'finance', password: 'finance-pass' };
    const setAside = async (amountFen: number): Promise<string> => {
      const orderNo = await campus.paidOrder('wechat', '20.00');
      await campus.deliver(campus.sandbox.notificationOf('wechat', orderNo, { amountFen }));
      return (await finance.attention()).suspense.find((item) => item.orderNo === orderNo)!.id;
    };
    const place = (id: string, kind: 'CREDIT' | 'RETURN', by?: { name: string; password: string }) => {
      campus.test.clock.advance(1_000);
      const decision = kind === 'CREDIT' ? { kind, accountCode: 'A-101' } : { kind };
      return finance.resolveSuspense({ id, decision, note: 'by two', ...(by ? { second: by } : {}) });
    };
    for (const kind of ['CREDIT', 'RETURN'] as const) {
      await place(await setAside(30_000), kind);
      const rest = await setAside(20_100);
      for (const by of [undefined, self])
        await expect(place(rest, kind, by), kind).rejects.toThrow('second person');
      await place(rest, kind, second);
    }
    const { rows } = await campus.test.database.pool.query(
      `select p.channel, p.amount_micro::text as amount, o.payment_id is not null as ordered, s.approver
         from suspense_item s
         join payment p on p.channel = s.channel and p.reference = s.provider_txn
         left join payment_order o on o.payment_id = p.id
        where s.note = 'by two' and s.resolution = 'CREDITED' order by p.accepted_at`,
    );
    expect(rows).toEqual([
      { channel: 'wechat', amount: '300000000', ordered: true, approver: null },
      { channel: 'wechat', amount: '201000000', ordered: true, approver: 'user:finance2' },
    ]);
    await finance.refund({ accountCode: 'A-101', amount: '400.00', reason: 'never meant for us' });
    expect((await statesOf('A-101')).slice(-2)).toEqual([
      { channel: 'wechat', amount: '20100', state: 'QUEUED' },
      { channel: 'wechat', amount: '19900', state: 'QUEUED' },
    ]);
    expect(await verifyLedger(campus.test.database)).toMatchObject({ ok: true });
  });
});

describe('a chargeback', () => {
  const alarmsOf = async (rule: string) => {
    const { rows } = await campus.test.database.pool.query<{ priority: number; active: boolean }>(
      'select priority, active from alarm where rule = $1',
      [rule],
    );
    return rows;
  };

  it('leaves cash for its provider, flags the account, is told once, and comes back as it went', async () => {
    const orderNo = await campus.creditedOrder('stripe', '25.00');
    const before = await campus.cash('A-101');
    const taken = campus.sandbox.chargebackOf(orderNo, 'withdrawn');
    const cash = async () => Number(await campus.cash('A-101')) - Number(before);
    for (let times = 0; times < 2; times++) expect((await campus.deliver(taken)).status).toBeLessThan(300);
    expect(await cash()).toBe(-25);
    const finance = await campus.as('finance');
    expect((await finance.attention()).flagged).toMatchObject([
      { accountCode: 'A-101', channel: 'stripe', amount: '25.00', reason: 'fraudulent', returnedAt: null },
    ]);
    expect(await alarmsOf('PAYMENT_CHARGEBACK')).toEqual([{ priority: 2, active: false }]);
    // What was taken back can't be given back besides.
    await expect(
      finance.refund({ accountCode: 'A-101', amount: '1000000.00', reason: 'all of it' }),
    ).rejects.toThrow();
    await campus.deliver(campus.sandbox.chargebackOf(orderNo, 'reinstated'));
    await campus.deliver(campus.sandbox.chargebackOf(orderNo, 'reinstated'));
    expect(await cash()).toBe(0);
    const [flag] = (await finance.attention()).flagged;
    expect(flag).toMatchObject({ returnedAt: expect.any(String) });
    await finance.liftFlag({ id: flag!.id, note: 'the payer had forgotten' });
    expect((await finance.attention()).flagged).toEqual([]);
    await expect(finance.liftFlag({ id: flag!.id, note: 'again' })).rejects.toThrow();
    expect(await verifyLedger(campus.test.database)).toMatchObject({ ok: true });
  });
});

it('a payment told again with another amount credits nothing and is told to finance once', async () => {
  const orderNo = await campus.creditedOrder('wechat', '15.00');
  const notices = async () => {
    const { rows } = await campus.test.database.pool.query<{ order: string }>(
      "select body ->> 'order' as order from notice where kind = 'PAYMENT_CONFLICT' and body ->> 'order' = $1",
      [orderNo],
    );
    return rows.length;
  };
  expect(await notices()).toBe(0);
  expect(
    await campus.creditedBy(async () => {
      for (let times = 0; times < 2; times++)
        await campus.deliver(campus.sandbox.notificationOf('wechat', orderNo, { amountFen: 9_900 }));
    }),
  ).toBe(0n);
  expect(await campus.newestEvent()).toMatchObject({ verdict: 'CONFLICT' });
  expect(await notices()).toBe(1);
});

describe('a bank sheet', () => {
  const sheet = [
    '\ufeff流水号;金额;币种;账户;付款人',
    'B-1;12.50;CNY;A-101;x',
    'B-2;8.00;CNY;A-999;unknown account',
    'B-3;8,00;CNY;A-101;a comma',
    'B-4;9.00;USD;A-101;other money',
  ].join('\n');

  it('names the rule that an amount breaks', async () => {
    const finance = await campus.as('finance');
    const amounts = ['1.234', '-5.00', '0.00', '1,000.00'];
    const csv = ['reference;amount;account', ...amounts.map((one, i) => `R-${i};${one};A-101`)].join('\n');
    expect((await finance.importBankSheet({ csv })).rows.map(({ error }) => error?.rule)).toEqual([
      'DECIMALS',
      'AMOUNT',
      'AMOUNT',
      'AMOUNT',
    ]);
  });

  it('is taken row by row with a verdict each, and changes nothing when it is read in again', async () => {
    const finance = await campus.as('finance');
    const before = await campus.cash('A-101');
    const first = await finance.importBankSheet({ csv: sheet });
    expect(first.rows.map(({ line, verdict }) => [line, verdict])).toEqual([
      [2, 'CREDITED'],
      [3, 'SUSPENSE'],
      [4, 'INVALID'],
      [5, 'SUSPENSE'],
    ]);
    expect(first.rows[2]!.error).toMatchObject({ field: 'amount' });
    // Whom the payer named tells finance whose the money may be.
    expect((await finance.attention()).suspense).toContainEqual(
      expect.objectContaining({ providerTxn: 'B-2', reason: 'ACCOUNT', accountCode: 'A-999' }),
    );
    const again = await finance.importBankSheet({ csv: sheet });
    expect(again.rows.map(({ verdict }) => verdict)).toEqual(['ALREADY', 'ALREADY', 'INVALID', 'ALREADY']);
    expect(Number(await campus.cash('A-101')) - Number(before)).toBeCloseTo(12.5, 6);
    const changed = await finance.importBankSheet({ csv: sheet.replace('12.50', '99.00') });
    expect(changed.rows[0]).toMatchObject({ verdict: 'CONFLICT' });
    await expect(finance.importBankSheet({ csv: 'a;b\n1;2' })).rejects.toThrow('lacks the column');
  });

  it('credits above 500.00 to an account in a day with a second person alone, also in parts', async () => {
    campus.test.clock.advance(2 * DAY_MS);
    const finance = await campus.as('finance');
    const before = Number(await campus.cash('A-101'));
    const csv = [
      'reference,amount,account',
      'B-10,300.00,A-101',
      'B-11,200.01,A-101',
      'B-12,200.00,A-101',
    ].join('\n');
    const read = async (second?: { name: string; password: string }) => {
      const taken = await finance.importBankSheet({ csv, ...(second ? { second } : {}) });
      expect(taken.needSecond).toBe(taken.rows.filter(({ verdict }) => verdict === 'NEEDS_SECOND').length);
      return taken.rows.map(({ verdict }) => verdict);
    };
    expect(await read()).toEqual(['CREDITED', 'NEEDS_SECOND', 'CREDITED']);
    expect(await read({ name: 'finance', password: 'finance-pass' })).toEqual([
      'ALREADY',
      'NEEDS_SECOND',
      'ALREADY',
    ]);
    await expect(read({ name: 'finance2', password: 'wrong-password' })).rejects.toThrow('wrong');
    expect(Number(await campus.cash('A-101')) - before).toBeCloseTo(500, 6);
    expect(await read({ name: 'finance2', password: 'finance-two-pass' })).toEqual([
      'ALREADY',
      'CREDITED',
      'ALREADY',
    ]);
    expect(Number(await campus.cash('A-101')) - before).toBeCloseTo(700.01, 6);
    expect(await verifyLedger(campus.test.database)).toMatchObject({ ok: true });
  });
});

it('a paid order whose account was closed meanwhile is held, told to finance, and credited once the account opens', async () => {
  const close = (status: string) =>
    campus.test.database.pool.query('update account set status = $1 where code = $2', [status, 'A-101']);
  const orderNo = await campus.paidOrder('stripe', '20.00');
  await close('CLOSED');
  expect(
    await campus.creditedBy(() => campus.deliver(campus.sandbox.notificationOf('stripe', orderNo))),
  ).toBe(0n);
  expect(await campus.view(orderNo)).toMatchObject({
    state: 'PAID',
    help: { who: 'SYSTEM', problem: 'ACCOUNT_CLOSED', ticket: orderNo },
  });
  campus.test.clock.advance(11 * 60_000);
  await campus.look();
  expect(await campus.view(orderNo)).toMatchObject({ state: 'PAID', help: { who: 'FINANCE' } });
  expect((await (await campus.as('finance')).attention()).held).toMatchObject([{ orderNo }]);
  await close('ACTIVE');
  campus.test.clock.advance(31_000);
  expect(await campus.creditedBy(() => campus.look())).toBe(20_000_000n);
  expect(await campus.view(orderNo)).toMatchObject({ state: 'CREDITED', help: null });
  const alarms = await campus.test.database.pool.query(
    "select priority, active from alarm where rule = 'PAYMENT_HELD'",
  );
  expect(alarms.rows).toEqual([{ priority: 2, active: false }]);
});

it('a refund or suspense item that says another amount than was booked is named', async () => {
  const { pool } = campus.test.database;
  for (const [table, key] of [
    ['refund', 'refund_no'],
    ['suspense_item', 'id'],
  ] as const) {
    const { rows } = await pool.query<{ id: string }>(`select ${key} as id from ${table} order by 1 limit 1`);
    const change = (by: number) =>
      pool.query(`update ${table} set amount_micro = amount_micro + ${by} where ${key} = $1`, [rows[0]!.id]);
    await change(10_000);
    expect(await verifyLedger(campus.test.database)).toMatchObject({
      ok: false,
      firstBadId: `${table}:${rows[0]!.id}`,
    });
    await change(-10_000);
  }
});

it('the ledger holds in the end', async () => {
  expect(await verifyLedger(campus.test.database)).toMatchObject({ ok: true });
});
