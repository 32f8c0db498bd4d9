import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { type TestAccount, TestCampus, type TestMeter } from '../db/testing/factories';
import { proofOfEvidence } from '../domain/credit/chargeEvidence';
import type { ChargeProof } from '../domain/credit/chargeProof';
import { sha256Hex } from '../domain/credit/sha256';
import { verifyCharge } from '../domain/credit/verifyCharge';
import type { TariffVersion } from '../domain/tariffs/tariff';
import { cst, flatTariff, TARIFF_A, TARIFF_A_SPANS } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from './applyTopUp';
import { nodeSha256, silentLog } from './context';
import { decideDispute, endDispute, startReview } from './decideDispute';
import { openDispute } from './openDispute';
import { reverseCharge } from './reverseCharge';
import { booksOf, feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

describe('a contested charge', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  const clock = new FixedClock(cst('2025-09-10 12:30'));
  const ctx = { clock, log: silentLog };
  const PAYER = 'user:resident';
  const FINANCE = 'user:finance';

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
  }, 120_000);
  afterAll(() => database.drop());

  /** 2 kWh in each of two hours, the first half at the peak price by a reading in between. */
  async function charged(versions = [TARIFF_A]): Promise<{
    account: TestAccount;
    meter: TestMeter;
    chargeId: bigint;
    amount: bigint;
  }> {
    const tariffId = await campus.tariff(versions);
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 200 });
    clock.set(cst('2025-09-10 10:00'));
    await applyTopUp(database, ctx, {
      campusId: campus.id,
      accountCode: account.code,
      amountMicro: 20_000_000n,
      channel: 'counter',
      reference: `R-${account.code}`,
      actor: FINANCE,
    });
    const at = (time: string) => cst(`2025-09-10 ${time}`);
    await feed(
      database,
      [
        says(campus, meter.code, at('11:00'), '500.000'),
        says(campus, meter.code, at('11:30'), '501.600'),
        says(campus, meter.code, at('12:00'), '502.000'),
        says(campus, meter.code, at('12:20'), '502.100'),
      ],
      { supply: false },
    );
    clock.set(at('12:30'));
    const { rows } = await database.pool.query<{ id: bigint; amount: bigint }>(
      'select id, amount_micro as amount from charge where account_id = $1 and t1_ms = $2 and superseded_by is null',
      [account.id, at('11:30')],
    );
    return { account, meter, chargeId: rows[0]!.id, amount: rows[0]!.amount };
  }

  const contest = (chargeId: bigint, reason = 'I was away', byStaff = false) =>
    openDispute(database, ctx, { campusId: campus.id, chargeId, reason, actor: PAYER, byStaff });
  const decide = (
    id: string,
    remedy: Parameters<typeof decideDispute>[2]['remedy'],
    actor = FINANCE,
    approver: string | null = null,
  ) =>
    decideDispute(database, ctx, { campusId: campus.id, id, actor, approver, reason: 'Looked at', remedy });
  const goodwill = (amountMicro: bigint) => ({ kind: 'GOODWILL' as const, amountMicro });

  async function reverse(chargeId: bigint): Promise<void> {
    const { rows } = await database.pool.query<{ tx: bigint }>(
      'select tx_id as tx from charge where id = $1',
      [chargeId],
    );
    await reverseCharge(database, ctx, {
      ...{ campusId: campus.id, txId: rows[0]!.tx, reason: 'wrong meter', actor: FINANCE, approver: null },
    });
  }

  async function stored(id: string) {
    const { rows } = await database.pool.query('select * from dispute where id = $1', [id]);
    return rows[0] as Record<string, unknown> & { evidence: string };
  }

  it('freezes its evidence at once, and nobody rewrites it', async () => {
    const { chargeId, amount } = await charged();
    const opened = await contest(chargeId);
    expect(opened.disputedMicro).toBe(amount);
    // Wednesday; the fifth working day after it ends with the next Wednesday.
    expect(opened.dueMs).toBe(cst('2025-09-18 00:00'));
    const before = await stored(opened.id);
    expect(before.state).toBe('OPENED');
    expect(sha256Hex(before.evidence, nodeSha256)).toBe(opened.evidenceHash);
    const evidence = JSON.parse(before.evidence) as {
      charge: { amount: string; lines: unknown[] };
      readings: { value: string }[];
      tariff: { versions: { pricesMicro: unknown }[] };
      transaction: { hash: string };
    };
    expect(evidence.charge.amount).toBe(amount.toString());
    expect(evidence.readings.map(({ value }) => value)).toEqual(['500000000', '501600000']);
    expect(evidence.tariff.versions[0]!.pricesMicro).toEqual([{ P: '843200', V: '268300', F: '528300' }]);
    expect(evidence.transaction.hash).toMatch(/^[0-9a-f]{64}$/);
    for (const column of ['evidence', 'evidence_hash', 'reason'])
      await expect(
        database.pool.query(`update dispute set ${column} = 'x' where id = $1`, [opened.id]),
      ).rejects.toThrow(/stays as it was/);
    await expect(database.pool.query('delete from dispute where id = $1', [opened.id])).rejects.toThrow();
    expect((await stored(opened.id)).evidence).toBe(before.evidence);
    await decide(opened.id, null);
  });

  it('is recomputed from its evidence alone: rate registers, funds, surcharges, days and hashes', async () => {
    const holiday: TariffVersion = {
      ...TARIFF_A,
      periods: { WORKDAY: TARIFF_A_SPANS, WEEKEND: [{ startMinute: 0, endMinute: 1_440, period: 'V' }] },
      surcharges: [{ code: 'vat', kind: 'TAX', valueMicro: 6_000_000n }],
    };
    const tariffId = await campus.tariff([holiday], 'ELECTRICITY', { '2025-09-13': 'WORKDAY' });
    const account = await campus.account();
    const fund = await campus.fund();
    await campus.freeUnits({
      ...{ accountId: account.id, fundId: fund.id, quantityMicro: 300_000n, perHead: false },
      ...{
        validFrom: new Date(cst('2025-09-01 00:00')),
        validTo: null,
        advancesTier: true,
        carryOver: false,
      },
    });
    const rates = { rateT1: 'P', rateT2: 'F' };
    const meter = await campus.meter({ accountId: account.id, tariffId, profileOptions: rates });
    // A Saturday that counts as a working day.
    const at = (time: string) => cst(`2025-09-13 ${time}`);
    await feed(
      database,
      [
        says(campus, meter.code, at('11:20'), { EA: '500.000', EA_T1: '300.000', EA_T2: '200.000' }),
        says(campus, meter.code, at('11:40'), { EA: '502.000', EA_T1: '301.700', EA_T2: '200.300' }),
        says(campus, meter.code, at('12:10'), { EA: '502.100', EA_T1: '301.700', EA_T2: '200.400' }),
      ],
      { supply: false },
    );
    clock.set(at('12:30'));
    const { rows } = await database.pool.query<{ id: bigint; amount: bigint }>(
      'select id, amount_micro as amount from charge where account_id = $1 and t1_ms = $2',
      [account.id, at('11:40')],
    );
    const { amount } = rows[0]!;
    const opened = await contest(rows[0]!.id);
    const { evidence } = await stored(opened.id);
    const proof = proofOfEvidence(evidence)!;
    expect(verifyCharge(proof)).toMatchObject({ outcome: 'EQUAL', unchecked: {} });
    expect(proof.amountMicro).toBe(amount);
    // Each part is needed: without it, or with another, the charge no longer follows.
    const { ledger, tariff } = proof;
    expect(tariff.calendar.exceptions).toEqual({ '2025-09-13': 'WORKDAY' });
    const altered: [Partial<ChargeProof>, string][] = [
      [{ rateRegisters: null }, 'SPLIT'],
      [{ extra: { sums: [], free: null } }, 'AMOUNT'],
      [{ ledger: { ...ledger!, atMs: 0 } }, 'TX_HASH'],
      [{ ledger: { ...ledger!, currency: 'EUR' } }, 'TX_HASH'],
    ];
    for (const [change, step] of altered)
      expect(verifyCharge({ ...proof, ...change }).steps, step).toMatchObject({ [step]: 'DIFFERENT' });
    await decide(opened.id, null);
  });

  it('is the one that stands: what a newer revision replaced is contested no more', async () => {
    const { chargeId } = await charged();
    const { id } = await contest(chargeId);
    const outcome = await decide(id, { kind: 'RERATE', discardReadingMs: cst('2025-09-10 11:30') });
    expect(outcome.chargeId).not.toBe(chargeId.toString());
    await expect(contest(chargeId)).rejects.toMatchObject({ reason: 'CHARGE_REPLACED' });
    // Frozen again, what stands says that its readings were changed after the charge before.
    const again = await contest(BigInt(outcome.chargeId!));
    const proof = proofOfEvidence((await stored(again.id)).evidence)!;
    expect(proof.readings.map(({ tsMs }) => tsMs)).not.toContain(cst('2025-09-10 11:30'));
    expect(verifyCharge(proof).outcome).toBe('EQUAL');
    await decide(again.id, null);
  });

  it('is one per account', async () => {
    const { account, chargeId } = await charged();
    const opened = await contest(chargeId);
    const { rows } = await database.pool.query<{ id: bigint }>(
      'select id from charge where account_id = $1 and id <> $2 and amount_micro > 0 limit 1',
      [account.id, chargeId],
    );
    await expect(contest(rows[0]!.id)).rejects.toMatchObject({ reason: 'DISPUTE_OPEN' });
    await expect(contest(chargeId, '  ')).rejects.toMatchObject({ reason: 'REASON' });
    await decide(opened.id, null);
    expect((await contest(rows[0]!.id)).id).not.toBe(opened.id);
  });

  it('and reversed is not both: what was given back keeps nobody supplied a second time', async () => {
    const { chargeId } = await charged();
    const opened = await contest(chargeId);
    await expect(reverse(chargeId)).rejects.toMatchObject({ reason: 'CONTESTED' });
    await decide(opened.id, null);
    await reverse(chargeId);
    await expect(contest(chargeId, 'again', true)).rejects.toMatchObject({ reason: 'NOTHING_CHARGED' });
  });

  it('holds up only what is still paid of it', async () => {
    const { chargeId, amount } = await charged();
    await decide((await contest(chargeId)).id, goodwill(300_000n));
    expect((await contest(chargeId, 'and the rest', true)).disputedMicro).toBe(amount - 300_000n);
  });

  it('counts toward no cut while it is open, and again once it is decided', async () => {
    const { account, meter, chargeId, amount } = await charged();
    const eligible = async () => {
      const { rows } = await database.pool.query<{ eligible: bigint | null }>(
        'select eligible_ms as eligible from account where id = $1',
        [account.id],
      );
      return rows[0]!.eligible !== null;
    };
    // Uses all but what is contested and half of it again.
    const { balance } = await booksOf(database, account.id);
    const left = BigInt(balance.replace('.', '')) + amount / 2n;
    const kwh = Number(left) / 528_300 + 502.1;
    const opened = await contest(chargeId);
    await feed(database, [says(campus, meter.code, cst('2025-09-10 13:20'), kwh.toFixed(3))]);
    expect(await eligible()).toBe(false);
    clock.set(cst('2025-09-10 13:21'));
    await decide(opened.id, null);
    expect(await eligible()).toBe(true);
    // Rejected, it is not contested again by its payer; finance takes it up, and that bars no cut.
    await expect(contest(chargeId)).rejects.toMatchObject({ reason: 'DISPUTE_REJECTED' });
    await endDispute(database, ctx, { campusId: campus.id, id: opened.id, actor: PAYER });
    await expect(contest(chargeId)).rejects.toMatchObject({ reason: 'DISPUTE_REJECTED' });
    const again = await contest(chargeId, 'The meter was found broken', true);
    await feed(database, [says(campus, meter.code, cst('2025-09-10 13:22'), (kwh + 0.001).toFixed(3))]);
    expect(await eligible()).toBe(true);
    await decide(again.id, null);
  });

  it('upheld, is reversed and booked anew without the reading that was wrong; the outcome names the new charge', async () => {
    const { account, chargeId, amount } = await charged();
    const before = await booksOf(database, account.id);
    const opened = await contest(chargeId);
    await startReview(database, ctx, { campusId: campus.id, id: opened.id, actor: FINANCE });
    const outcome = await decide(opened.id, { kind: 'RERATE', discardReadingMs: cst('2025-09-10 11:30') });
    // 2 kWh over the hour evenly: half of it before 11:30 instead of 1.6 kWh.
    expect(BigInt(outcome.amountMicro)).toBe(843_200n);
    expect(amount).toBe(1_349_120n);
    const { rows } = await database.pool.query<{ kinds: string[] }>(
      `select array_agg(kind order by id) as kinds from ledger_tx where id in (select tx_id from ledger_entry e
         join ledger_account la on la.id = e.ledger_account_id where la.account_id = $1) and kind in ('reversal')`,
      [account.id],
    );
    expect(rows[0]!.kinds.length).toBeGreaterThan(0);
    const after = await booksOf(database, account.id);
    // 1.6 P + 0.4 F became 1.0 P + 1.0 F.
    expect(Number(after.balance) - Number(before.balance)).toBeCloseTo(0.6 * (0.8432 - 0.5283), 6);
    expect(await stored(opened.id)).toMatchObject({
      state: 'UPHELD',
      verdict: 'UPHELD',
      decided_by: FINANCE,
    });
    await endDispute(database, ctx, { campusId: campus.id, id: opened.id, actor: PAYER });
    expect(await stored(opened.id)).toMatchObject({ state: 'CLOSED', verdict: 'UPHELD' });
  });

  it('upheld by goodwill, gives money back and leaves the charge as it was measured', async () => {
    const { account, chargeId, amount } = await charged();
    const before = await booksOf(database, account.id);
    const opened = await contest(chargeId);
    await expect(decide(opened.id, { kind: 'GOODWILL', amountMicro: amount + 1n })).rejects.toMatchObject({
      reason: 'GOODWILL_LIMIT',
    });
    const outcome = await decide(opened.id, { kind: 'GOODWILL', amountMicro: 500_000n });
    expect(outcome.goodwillTxId).not.toBeNull();
    const after = await booksOf(database, account.id);
    expect(Number(after.balance) - Number(before.balance)).toBeCloseTo(0.5, 6);
    expect(after.charges).toEqual(before.charges);
  });

  it('gives back no more than is still paid, by disputes and reversals together', async () => {
    const { account, chargeId, amount } = await charged();
    const before = await booksOf(database, account.id);
    await decide((await contest(chargeId)).id, goodwill(amount - 1n));
    const again = await contest(chargeId);
    await expect(decide(again.id, goodwill(2n))).rejects.toMatchObject({ reason: 'GOODWILL_LIMIT' });
    await decide(again.id, goodwill(1n));
    await expect(reverse(chargeId)).rejects.toMatchObject({ reason: 'GIVEN_BACK' });
    const after = await booksOf(database, account.id);
    expect(Number(after.balance) - Number(before.balance)).toBeCloseTo(Number(amount) / 1e6, 6);
  });

  it('gives above 500.00 in a day to one account with a second person alone', async () => {
    const { chargeId, amount } = await charged([flatTariff('DEAR', cst('2025-01-01 00:00'), 400_000_000n)]);
    expect(amount).toBe(640_000_000n);
    const one = await contest(chargeId);
    await expect(decide(one.id, goodwill(500_010_000n))).rejects.toMatchObject({ reason: 'SECOND_PERSON' });
    await decide(one.id, goodwill(400_000_000n));
    const two = await contest(chargeId);
    await expect(decide(two.id, goodwill(100_010_000n))).rejects.toMatchObject({ reason: 'SECOND_PERSON' });
    await expect(decide(two.id, goodwill(100_010_000n), FINANCE, FINANCE)).rejects.toMatchObject({
      reason: 'SECOND_PERSON',
    });
    await decide(two.id, goodwill(100_010_000n), FINANCE, 'user:finance2');
  });

  it('is not decided by who opened it, nor twice, nor upheld where nothing comes out differently', async () => {
    const { chargeId } = await charged();
    const opened = await contest(chargeId);
    await expect(decide(opened.id, null, PAYER)).rejects.toMatchObject({ reason: 'OWN_DISPUTE' });
    await expect(decide(opened.id, { kind: 'RERATE', discardReadingMs: null })).rejects.toMatchObject({
      reason: 'RERATE_UNCHANGED',
    });
    await expect(
      decide(opened.id, { kind: 'RERATE', discardReadingMs: cst('2025-09-10 11:29') }),
    ).rejects.toMatchObject({ reason: 'READING' });
    expect(await stored(opened.id)).toMatchObject({ state: 'OPENED' });
    await decide(opened.id, null);
    await expect(decide(opened.id, null)).rejects.toMatchObject({ reason: 'DISPUTE_STATE' });
  });

  it('leaves a ledger that verifies', async () => {
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});
