import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tariffBodyOf } from '../db/queries/storedTariff';
import { insertDraft, setDraftState } from '../db/queries/tariffDrafts';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import type { TariffVersion } from '../domain/tariffs/tariff';
import { cst, flatTariff, TARIFF_B } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import { rerateDue } from './rerate';
import { reverseCharge } from './reverseCharge';
import { approveDraft, assignScheme, lockChargesOf } from './tariffDrafts';
import { booksOf, feed, says } from './testing/harness';
import { verifyLedger, verifyWithin } from './verifyLedger';

let database: TestDatabase;
const NOW_MS = cst('2025-10-20 12:00');
const ctx = { clock: new FixedClock(NOW_MS), log: silentLog };
const anyDay = (version: TariffVersion) => {
  const body = tariffBodyOf(version);
  return { ...body, periods: { '*': Object.values(body.periods)[0]! } };
};

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A campus with one account that used 30 kWh a day from 5 September to 10 October. */
async function usedCampus(versions: readonly TariffVersion[]) {
  const campus = await TestCampus.create(database, { lateLimitDays: 60 });
  const tariffId = await campus.tariff(versions);
  const account = await campus.account();
  const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 2_000 });
  const readings = Array.from({ length: 36 * 4 + 1 }, (_, i) =>
    says(campus, meter.code, cst('2025-09-05 00:00') + i * 6 * 3_600_000, (1_000 + i * 7.5).toFixed(3)),
  );
  await feed(database, readings, { batch: 20, supply: false });
  return { campus, tariffId, account, meter };
}

async function submitted(campus: TestCampus, tariffId: number, version: TariffVersion): Promise<number> {
  const client = await database.pool.connect();
  try {
    const id = await insertDraft(client, {
      campusId: campus.id,
      tariffId,
      validFromMs: version.validFromMs,
      accrual: version.accrual,
      body: anyDay(version),
      note: 'test',
      draftedBy: 'user:one',
      nowMs: NOW_MS,
    });
    await setDraftState(client, id, { state: 'SUBMITTED' });
    return id;
  } finally {
    client.release();
  }
}

const approve = (campus: TestCampus, draftId: number, by = 'user:two', revision = 1) =>
  approveDraft(database, ctx, { campusId: campus.id, draftId, revision, by });

const cheaper = (from: string): TariffVersion => ({
  ...TARIFF_B,
  code: 'new',
  validFromMs: cst(from),
  pricesMicro: [{ ALL: 400_000n }, { ALL: 450_001n }, { ALL: 700_003n }],
});

/** The first bad id after a statement that leaves nothing behind. */
async function badAfter(statement: string): Promise<string | null> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    expect((await client.query(statement)).rowCount, statement).toBe(1);
    return (await verifyWithin(client, { copies: null })).firstBadId;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

describe('a charge of a locked month that a person gave back', () => {
  it('is given back once: a correction of its month leaves it out', async () => {
    const flat = flatTariff('flat', cst('2024-01-01 00:00'), 500_000n);
    const lower = flatTariff('lower', cst('2025-09-20 00:00'), 400_000n);
    const corrected = async (isReversed: boolean) => {
      const { campus, tariffId, account } = await usedCampus([flat]);
      const { rows } = await database.pool.query<{ txId: bigint; quantityMicro: bigint }>(
        `select tx_id as "txId", quantity_micro as "quantityMicro" from charge
          where account_id = $1 and t0_ms >= $2 and tx_id is not null order by t0_ms limit 1`,
        [account.id, cst('2025-09-25 00:00')],
      );
      const { txId, quantityMicro } = rows[0]!;
      if (isReversed)
        await reverseCharge(database, ctx, {
          ...{ campusId: campus.id, txId, reason: 'wrong meter', actor: 'user:one', approver: null },
        });
      await lockChargesOf(database, ctx, { campusId: campus.id, month: '2025-09', by: 'user:one' });
      await approve(campus, await submitted(campus, tariffId, lower));
      await rerateDue(database, ctx);
      const booked = await database.pool.query<{ micro: bigint }>(
        'select amount_micro as micro from locked_adjustment where account_id = $1',
        [account.id],
      );
      return { micro: booked.rows[0]!.micro, quantityMicro };
    };
    const all = await corrected(false);
    const rest = await corrected(true);
    expect(all.micro).toBeLessThan(0n);
    expect(rest.micro - all.micro).toBe(rest.quantityMicro / 10n);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});

describe('a tariff draft', () => {
  it('is approved by another than its author, as it was seen, and once', async () => {
    const { campus, tariffId } = await usedCampus([TARIFF_B]);
    const draftId = await submitted(campus, tariffId, cheaper('2025-11-01 00:00'));
    await expect(approve(campus, draftId, 'user:one')).rejects.toMatchObject({ reason: 'OWN_DRAFT' });
    await expect(approve(campus, draftId, 'user:two', 2)).rejects.toMatchObject({ reason: 'DRAFT_CHANGED' });
    expect(await approve(campus, draftId)).toMatchObject({ number: 2, corrected: 0 });
    await expect(approve(campus, draftId)).rejects.toMatchObject({ reason: 'NOT_SUBMITTED' });
  });

  it('may correct the past from a midnight within the kept readings, and no further', async () => {
    const { campus, tariffId } = await usedCampus([TARIFF_B]);
    const noon = await submitted(campus, tariffId, cheaper('2025-09-10 12:00'));
    await expect(approve(campus, noon)).rejects.toMatchObject({ reason: 'NOT_MIDNIGHT' });
    const old = await submitted(campus, tariffId, cheaper('2025-06-01 00:00'));
    await expect(approve(campus, old)).rejects.toMatchObject({ reason: 'TOO_OLD' });
  });
});

describe('what is paid for exports', () => {
  it('is changed for the time to come, and by no correction of the past', async () => {
    const paying = (from: string, price: bigint, code = 'flat'): TariffVersion => ({
      ...flatTariff(code, cst(from), 500_000n),
      exportPricesMicro: { ALL: price },
    });
    const { campus, tariffId } = await usedCampus([paying('2024-01-01 00:00', 350_000n)]);
    const back = await submitted(campus, tariffId, paying('2025-09-20 00:00', 300_000n));
    await expect(approve(campus, back)).rejects.toMatchObject({ reason: 'EXPORT_BACKDATED' });
    const same = await submitted(campus, tariffId, {
      ...paying('2025-09-20 00:00', 350_000n),
      pricesMicro: [{ ALL: 400_000n }],
    });
    expect(await approve(campus, same)).toMatchObject({ corrected: 1 });
    const next = await submitted(campus, tariffId, paying('2025-11-01 00:00', 300_000n));
    expect(await approve(campus, next)).toMatchObject({ corrected: 0 });
  });
});

describe('a corrected version', () => {
  it('rates what was charged again by reversal and new charge, as if it had been there from the start', async () => {
    const { campus, tariffId, account } = await usedCampus([TARIFF_B]);
    const before = await booksOf(database, account.id);
    const draftId = await submitted(campus, tariffId, cheaper('2025-09-20 00:00'));
    expect(await approve(campus, draftId)).toMatchObject({ corrected: 1 });
    await rerateDue(database, ctx);
    const same = await usedCampus([TARIFF_B, cheaper('2025-09-20 00:00')]);
    const after = await booksOf(database, account.id);
    const fresh = await booksOf(database, same.account.id);
    expect(after.balance).toBe(fresh.balance);
    expect(after.numeratorPico).toBe(fresh.numeratorPico);
    expect(after.charges.map(({ rev: _, ...charge }) => charge.lines)).toEqual(
      fresh.charges.map(({ lines }) => lines),
    );
    expect(after.charges[0]).toEqual(before.charges[0]);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });

  it('leaves locked months as they are: their net goes to the open one, and a second correction adds its difference', async () => {
    const { campus, tariffId, account } = await usedCampus([TARIFF_B]);
    const before = await booksOf(database, account.id);
    await lockChargesOf(database, ctx, { campusId: campus.id, month: '2025-09', by: 'user:one' });
    const dear = {
      ...cheaper('2025-09-20 00:00'),
      pricesMicro: [{ ALL: 1n }, { ALL: 900_007n }, { ALL: 1_000_003n }],
    };
    for (const version of [dear, cheaper('2025-09-20 00:00')]) {
      const draftId = await submitted(campus, tariffId, version);
      await approve(campus, draftId);
      await rerateDue(database, ctx);
    }
    const after = await booksOf(database, account.id);
    const inSeptember = (books: typeof before) =>
      books.charges.filter((charge) => Number(charge.key.split(':')[1]) <= cst('2025-10-01 00:00'));
    expect(inSeptember(after)).toEqual(inSeptember(before));
    const same = await usedCampus([TARIFF_B, cheaper('2025-09-20 00:00')]);
    const fresh = await booksOf(database, same.account.id);
    // The locked month's net is rounded down once; its charges were each the floor of a running sum.
    const micro = (text: string) => BigInt(text.replace('.', ''));
    const gap = micro(after.balance) - micro(fresh.balance);
    expect(gap === 0n || gap === 1n || gap === -1n).toBe(true);
    const { rows } = await database.pool.query<{ month: string; tx: string; kind: string }>(
      `select to_char(to_timestamp(month_ms / 1000) at time zone 'Asia/Shanghai', 'YYYY-MM') as month, t.key as tx, t.kind
         from locked_adjustment l join ledger_tx t on t.id = l.tx_id where l.account_id = $1 order by l.id`,
      [account.id],
    );
    expect(rows.map((row) => [row.month, row.kind])).toEqual([
      ['2025-09', 'adjust'],
      ['2025-09', 'adjust'],
    ]);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
    // No bit of what stands for a correction changes unseen, nor is a row missed.
    const [first] = (
      await database.pool.query<{ id: number; tx: string }>(
        'select id, tx_id::text as tx from locked_adjustment where account_id = $1 order by id',
        [account.id],
      )
    ).rows;
    const of = `where id = ${first!.id}`;
    const numbers = ['campus_id', 'month_ms', 'draft_id', 'amount_micro', 'tx_id', 'booked_ms'];
    const changes = [
      ...numbers.map((column) => `${column} = ${column} # 1`),
      `account_id = ${same.account.id}`,
      `utility = 'WATER'`,
      'row_hash = set_byte(row_hash, 31, get_byte(row_hash, 31) # 1)',
    ];
    for (const change of changes)
      expect(await badAfter(`update locked_adjustment set ${change} ${of}`), change).toBe(
        `locked_adjustment:${first!.id}`,
      );
    expect(await badAfter(`delete from locked_adjustment ${of}`)).toBe(first!.tx);
  });
});

describe('a locked month', () => {
  it('takes no late reading: it is quarantined, and nothing moves', async () => {
    const { campus, meter, account } = await usedCampus([TARIFF_B]);
    const before = await booksOf(database, account.id);
    await lockChargesOf(database, ctx, { campusId: campus.id, month: '2025-09', by: 'user:one' });
    await feed(
      database,
      [says(campus, meter.code, cst('2025-09-10 03:00'), '1153.000', { rxMs: cst('2025-10-10 12:00') })],
      { supply: false },
    );
    const after = await booksOf(database, account.id);
    expect(after).toEqual({ ...before, quarantine: ['LOCKED_PERIOD'] });
  });

  it('must have ended, and is locked once', async () => {
    const { campus } = await usedCampus([TARIFF_B]);
    const lock = (month: string) =>
      lockChargesOf(database, ctx, { campusId: campus.id, month, by: 'user:one' });
    await expect(lock('2025-10')).rejects.toMatchObject({ reason: 'MONTH_RUNNING' });
    await lock('2025-09');
    await expect(lock('2025-09')).rejects.toMatchObject({ reason: 'MONTH_LOCKED' });
  });
});

describe('a scheme of its own', () => {
  it('rates an account by it from its instant on, and no earlier', async () => {
    const { campus, account, meter } = await usedCampus([
      flatTariff('one', cst('2024-01-01 00:00'), 500_000n),
    ]);
    const other = await campus.tariff([flatTariff('two', cst('2024-01-01 00:00'), 900_000n)]);
    await campus.changed();
    const { rows } = await database.pool.query<{ code: string }>('select code from tariff where id = $1', [
      other,
    ]);
    const change = {
      ...{ campusId: campus.id, account: account.code, tariff: rows[0]!.code },
      ...{ actor: 'user:a', approver: 'user:b' },
    };
    await expect(
      assignScheme(database, ctx, { ...change, fromMs: cst('2025-10-01 00:00') }),
    ).rejects.toMatchObject({ reason: 'IN_THE_PAST' });
    for (const approver of [null, 'user:a'])
      await expect(
        assignScheme(database, ctx, { ...change, approver, fromMs: NOW_MS }),
      ).rejects.toMatchObject({ reason: 'TWO_PERSONS' });
    await assignScheme(database, ctx, { ...change, fromMs: NOW_MS });
    const before = (await booksOf(database, account.id)).numeratorPico;
    await feed(
      database,
      [
        says(campus, meter.code, NOW_MS, '2090.000'),
        says(campus, meter.code, NOW_MS + 3_600_000, '2091.000'),
      ],
      {
        supply: false,
      },
    );
    const after = (await booksOf(database, account.id)).numeratorPico;
    expect(after - before).toBe(10_000_000n * 500_000n + 1_000_000n * 900_000n);
    // What is rated keeps its price: another scheme begins where that ends.
    await expect(assignScheme(database, ctx, { ...change, fromMs: NOW_MS + 60_000 })).rejects.toMatchObject({
      reason: 'ALREADY_RATED',
      details: { field: '/from' },
    });
    const begun: number[] = [];
    await assignScheme(database, ctx, { ...change, fromMs: null }, (_tx, { fromMs }) => begun.push(fromMs));
    expect(begun).toEqual([NOW_MS + 3_600_000]);
  });
});
