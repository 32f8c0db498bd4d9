import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportDocument } from '../contracts/importDocument';
import { withTransaction } from '../db/client';
import { floatByBuilding, spanFigures, unitHoldings } from '../db/queries/financeFigures';
import { campusScope } from '../db/queries/scope';
import { posting } from '../domain/credit/posting';
import { draftSubsidy } from './draftSubsidy';
import { draftGift } from './giveGift';
import { importCampus } from './importCampus';
import { openForMovement } from './openAccounts';
import { takeChargeback } from './payments/chargeBack';
import { refundCash } from './payments/refundCash';
import { noteRefund } from './payments/refundSteps';
import { postLedger } from './postLedger';
import { currentRegistry } from './registry';
import { reverseCharge } from './reverseCharge';
import { setCreditTerms } from './setCreditTerms';
import { takeEmergencyCredit } from './takeEmergencyCredit';
import { type UnitRoom, UnitRooms, unitCampus } from './testing/unitRooms';
import { verifyLedger, verifyWithin } from './verifyLedger';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;
const ROOMS = 40;
const FEN = 10_000n;

describe('an account that holds kWh in place of money', () => {
  let units: UnitRooms;
  let serial = 0;
  beforeAll(async () => {
    units = await UnitRooms.start(ROOMS);
  }, 120_000);
  afterAll(async () => {
    expect(await verifyLedger(units.database)).toMatchObject({ ok: true });
    await units.database.drop();
  }, 120_000);

  const room = (n: number): UnitRoom => units.rooms[n - 1]!;
  const refund = (of: UnitRoom, amountMicro: bigint | null) =>
    refundCash(units.database, units.ctx, {
      ...{ campusId: units.campusId, accountCode: of.account, amountMicro },
      ...{ reason: 'moved', actor: 'user:a', approver: 'user:b' },
    });
  const chargeback = (txn: string, amountMicro: bigint, step: 'TAKEN' | 'RETURNED') =>
    takeChargeback(units.database, units.ctx, {
      ...{ campusId: units.campusId, channel: 'stripe', reference: `dp-${txn}`, txn, amountMicro },
      ...{ currency: 'CNY', reason: 'fraudulent', step, actor: 'psp:stripe', event: null },
    });

  /** Units that may still be used, µ; below 0: owed. */
  async function leftTo(one: UnitRoom): Promise<bigint> {
    const { pots, unpostedMicro } = await units.held(one);
    expect(Object.keys(pots).filter((pot) => !['cash', 'arrears'].includes(pot))).toEqual([]);
    return (pots.cash ?? 0n) + (pots.arrears ?? 0n) - unpostedMicro;
  }

  it('is sold units tier by tier, uses them by its readings, and its money is income at once', async () => {
    const one = room(1);
    await units.use(one, 0);
    expect(await units.pay(one, 61_000_000n, 'w-1')).toMatchObject({
      unitsMicro: 120_000_000n,
      balanceMicro: 120_000_000n,
    });
    // Tiers are counted over what was sold this month: 10 more at 0.55.
    expect(await units.pay(one, 5_500_000n, 'w-2')).toMatchObject({ unitsMicro: 10_000_000n });
    await units.use(one, 30_125);
    expect(await leftTo(one)).toBe(99_875_000n);
    expect(await units.pay(one, 61_000_000n, 'w-1')).toMatchObject({
      replayed: true,
      unitsMicro: 120_000_000n,
    });
    const { rows } = await units.database.pool.query<{ lines: { tier: string; q_u: string }[] }>(
      "select unit_lines as lines from payment where reference = 'w-1'",
    );
    expect(rows[0]!.lines.map(({ tier, q_u }) => [tier, q_u])).toEqual([
      ['1', '100000000'],
      ['2', '20000000'],
    ]);
  });

  it('gives money back for units that are left, at the price that they were sold for, and counts tiers without them', async () => {
    const one = room(2);
    await units.use(one, 0);
    await units.pay(one, 61_000_000n, 'r-1');
    await units.use(one, 110_000);
    // 10 kWh of tier 2 are left: 5.50.
    await expect(refund(one, 5_510_000n)).rejects.toMatchObject({ reason: 'REFUND_LIMIT' });
    const { amountMicro, parts } = await refund(one, null);
    expect(amountMicro).toBe(5_500_000n);
    expect(await leftTo(one)).toBe(0n);
    // Its provider refuses: money and units are back, and go again.
    await units.database.pool.query(`update refund set state = 'QUEUED' where refund_no = $1`, [
      parts[0]!.refundNo,
    ]);
    await noteRefund(
      units.database,
      units.ctx,
      { campusId: units.campusId, refundNo: parts[0]!.refundNo },
      { kind: 'REFUSED', reason: 'x' },
    );
    expect(await leftTo(one)).toBe(10_000_000n);
    await refund(one, null);
    // 110 are still sold this month: the next ones are of tier 2.
    expect(await units.pay(one, 11_000_000n, 'r-2')).toMatchObject({ unitsMicro: 20_000_000n });
  });

  it('owes units where a payment for units that are used is taken back, and has them again when it comes back', async () => {
    const one = room(3);
    await units.use(one, 0);
    await units.pay(one, 50_000_000n, 'c-1');
    await units.use(one, 70_000);
    await units.use(one, 1);
    expect(await chargeback('c-1', 50_000_000n, 'TAKEN')).toBe('CHARGED_BACK');
    expect(await leftTo(one)).toBe(-70_001_000n);
    expect(await chargeback('c-1', 50_000_000n, 'RETURNED')).toBe('CHARGEBACK_RETURNED');
    expect(await leftTo(one)).toBe(29_999_000n);
  });

  it(`conserves units and money over ${RUNS} lives of sales, use, refunds and chargebacks`, async () => {
    let life = 0;
    const act = fc.oneof(
      fc.record({ act: fc.constant('PAY' as const), fen: fc.integer({ min: 1, max: 9_000 }) }),
      fc.record({ act: fc.constant('USE' as const), fen: fc.integer({ min: 0, max: 60_000 }) }),
      fc.record({ act: fc.constant('REFUND' as const), fen: fc.integer({ min: 0, max: 4_000 }) }),
      fc.record({ act: fc.constant('BACK' as const), fen: fc.integer({ min: 1, max: 3_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 6 }), async (acts) => {
        const one = room(4 + (life++ % (ROOMS - 3)));
        await units.use(one, 0);
        let paid: { txn: string; amountMicro: bigint } | null = null;
        for (const { act: kind, fen } of acts) {
          const amountMicro = BigInt(fen) * FEN;
          if (kind === 'PAY') {
            paid = { txn: `l-${++serial}`, amountMicro };
            await units.pay(one, amountMicro, paid.txn);
          } else if (kind === 'USE') await units.use(one, fen);
          else if (kind === 'REFUND')
            await refund(one, fen === 0 ? null : amountMicro).catch((error: { reason: string }) =>
              expect(['NOTHING_TO_REFUND', 'REFUND_LIMIT']).toContain(error.reason),
            );
          else if (paid) {
            // As much as is asked, where so much of the payment is still there.
            const verdict = await chargeback(paid.txn, amountMicro, 'TAKEN');
            if (verdict === 'CHARGED_BACK' && fen % 2 === 0)
              await chargeback(paid.txn, amountMicro, 'RETURNED');
          }
        }
        await conserved(one);
      }),
      { numRuns: RUNS },
    );
    // What went back to payers left by bank: none of these payments was ordered here.
    const received = -(await units.flowOf('psp:stripe')) - (await units.flowOf('psp:bank'));
    expect(await units.flowOf('rev:electricity')).toBe(received);
    expect(await verifyLedger(units.database)).toMatchObject({ ok: true });
  }, 600_000);

  /** Units sold and still paid for = units used + units left − units owed, to the µ; and the ledger has handed out just these. */
  async function conserved(one: UnitRoom): Promise<void> {
    const leftMicro = await leftTo(one);
    const { unpostedMicro } = await units.held(one);
    const usedMicro = BigInt(one.thousandths) * 1_000n;
    const { rows } = await units.database.pool.query<{ micro: bigint }>(
      `select coalesce(sum(e.amount_micro), 0)::int8 as micro from ledger_entry e
         join ledger_tx t on t.id = e.tx_id and t.kind = 'units' join ledger_account la on la.id = e.ledger_account_id
        where la.account_id = $1`,
      [one.accountId],
    );
    expect(rows[0]!.micro).toBe(usedMicro + leftMicro);
    expect(await units.flowOf('units:electricity', one)).toBe(-(leftMicro + unpostedMicro));
  }

  it('never mixes currencies in a posting, a pot or a sum of money', async () => {
    const one = room(1);
    const book = (from: 'units:electricity' | 'psp:counter', ...ccys: string[]) =>
      withTransaction(units.database, async (tx) => {
        const registry = await currentRegistry(units.database, tx);
        const opened = (await openForMovement(tx, registry, one.accountId, []))!;
        await postLedger(tx, { id: units.campusId }, opened.book, [
          {
            key: `mix-${++serial}`,
            kind: 'adjust',
            atMs: units.clock.now(),
            postings: ccys.map((ccy) => posting(from, `cust:${one.account}:cash`, 1n, ccy)),
          },
        ]);
      });
    const mixed = { reason: 'MIXED_CURRENCY' };
    await expect(book('psp:counter', 'CNY')).rejects.toMatchObject(mixed);
    await expect(book('psp:counter', 'KWH')).rejects.toMatchObject(mixed);
    await expect(book('units:electricity', 'M3')).rejects.toMatchObject(mixed);
    await expect(book('units:electricity', 'KWH', 'CNY')).rejects.toMatchObject(mixed);
    const scope = campusScope(units.campusId, new Date(units.clock.now()));
    const float = await floatByBuilding(units.database, scope, 0);
    expect(float.reduce((sum, { floatMicro }) => sum + floatMicro, 0n)).toBe(100_000_000n);
    expect(await spanFigures(units.database, scope, 0, units.clock.now() + 1)).toMatchObject({
      accounts: 1,
      chargedMicro: 0n,
    });
    expect(await unitHoldings(units.database, scope)).toMatchObject([{ unit: 'KWH', accounts: ROOMS }]);
  });

  it('counts what its units are worth towards what one person may reverse in a day', async () => {
    const one = room(3);
    await units.pay(one, 900_000_000n, 'v-1');
    // The last window is open still.
    for (let n = 0; n < 8; n++) await units.use(one, 100_000);
    const { rows } = await units.database.pool.query<{ txId: bigint }>(
      `select tx_id as "txId" from charge where account_id = $1 and amount_micro = 100000000 order by t0_ms desc limit 7`,
      [one.accountId],
    );
    expect(rows).toHaveLength(7);
    const reverse = (txId: bigint, approver: string | null) =>
      reverseCharge(units.database, units.ctx, {
        ...{ campusId: units.campusId, txId, reason: 'wrong meter', actor: 'user:a', approver },
      });
    // Six are worth 480.00 at the highest price of 0.80, all seven 560.00.
    for (const { txId } of rows.slice(0, 6)) await reverse(txId, null);
    await expect(reverse(rows[6]!.txId, null)).rejects.toMatchObject({ reason: 'SECOND_PERSON' });
    await reverse(rows[6]!.txId, 'user:b');
  });

  it('refuses in words what only money can do', async () => {
    const one = room(1);
    const { database, ctx, campusId } = units;
    const here = { campusId, accountCode: one.account };
    const refusal = { reason: 'UNIT_ACCOUNT' };
    await expect(takeEmergencyCredit(database, ctx, here)).rejects.toMatchObject(refusal);
    await expect(
      draftGift(database, ctx, {
        ...{ ...here, amountMicro: 1_000_000n, paymentId: null, reason: 'outage', actor: 'user:a' },
      }),
    ).rejects.toMatchObject(refusal);
    await expect(
      draftSubsidy(database, ctx, {
        ...{ ...here, fundCode: 'AID', code: 'S1', amountMicro: 1_000_000n, note: 'aid', actor: 'user:a' },
        ...{
          monthly: false,
          carryOver: false,
          fromMs: units.clock.now() + 1_000,
          toMs: null,
          expiresMs: null,
        },
      }),
    ).rejects.toMatchObject(refusal);
    const terms = { class: 'PREPAID', graceDays: null, graceLimitMicro: null } as const;
    await expect(
      setCreditTerms(database, ctx, {
        ...here,
        terms: { ...terms, recovery: { percent: 30, instalmentMicro: 1_000_000n } },
        ...{ actor: 'user:a', approver: 'user:b' },
      }),
    ).rejects.toMatchObject(refusal);
  });

  it.each<[string, (document: ImportDocument) => void]>([
    ['UNIT_FIXED /accounts/0/unit', (d) => Object.assign(d.accounts![0]!, { unit: 'M3' })],
    [
      'UNIT_OPENING /accounts/0/openingBalance',
      (d) => Object.assign(d.accounts![0]!, { openingBalance: '5' }),
    ],
    ['UNIT_TARIFF /accounts/0/tariff', (d) => Object.assign(d.accounts![0]!, { tariff: 'SALE' })],
    ['UNIT_UTILITY /accounts/0/soldBy', (d) => Object.assign(d.accounts![0]!, { soldBy: 'WATER' })],
    ['UNIT_UTILITY /accounts/0/points/1', (d) => d.accounts![0]!.points!.push('W-U1')],
    ['UNIT_MISSING /accounts/1/soldBy', (d) => Object.assign(d.accounts![1]!, { soldBy: 'SALE' })],
    ['UNIT_POLICY /accounts/0/policy', (d) => Object.assign(d.policies![0]!, { emergencyCredit: '10' })],
    ['UNIT_POLICY /accounts/0/policy', (d) => Object.assign(d.policies![0]!, { earlyTripAt: '5' })],
  ])('%s: is refused by the import, and nothing is written', async (expected, change) => {
    const document = unitCampus(1);
    change(document);
    const { rows } = await importCampus(units.database, units.ctx, document, { actor: 'user:test' });
    expect(rows.flatMap(({ errors }) => errors.map(({ code, pointer }) => `${code} ${pointer}`))).toContain(
      expected,
    );
  });

  it.each([
    "update payment set units_micro = units_micro + 1 where reference = 'w-1'",
    "update payment set unit_lines = jsonb_set(unit_lines, '{0,q_u}', '\"99000000\"') where reference = 'w-1'",
    "update payment set units_micro = null, units_tx_id = null, unit_lines = null where reference = 'w-1'",
    "update payment set amount_micro = amount_micro - 10000 where reference = 'w-1'",
    "update refund set amount_micro = amount_micro - 10000 where account_id = (select account_id from payment where reference = 'r-1')",
    "delete from chargeback where reference = 'dp-c-1'",
    "update ledger_account set currency = 'CNY' where name = 'cust:A-U1:gift'",
    "update account set unit = 'M3' where code = 'A-U1'",
    "update tariff_version set body = jsonb_set(body, '{pricesMicro,1,ALL}', '\"560000\"') where body #>> '{pricesMicro,1,ALL}' = '550000'",
    "update tariff_version set valid_from = '2025-09-20' where body #>> '{pricesMicro,1,ALL}' = '550000'",
  ])('is proven by verification: %s', async (forgery) => {
    const client = await units.database.pool.connect();
    try {
      await client.query('begin');
      expect((await client.query(forgery)).rowCount).toBeGreaterThan(0);
      expect(await verifyWithin(client, { copies: null })).toMatchObject({ ok: false });
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
