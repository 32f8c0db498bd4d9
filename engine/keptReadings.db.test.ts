import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../db/client';
import { tariffBodyOf } from '../db/queries/storedTariff';
import { insertDraft, setDraftState } from '../db/queries/tariffDrafts';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { RAW_READING_DAYS } from '../db/timescale';
import type { TariffVersion } from '../domain/tariffs/tariff';
import { cst, flatTariff, micro, TARIFF_B } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import { decideOnFreeUnits, draftFreeUnits } from './grantFreeUnits';
import { rerateDue } from './rerate';
import { approveDraft, lockChargesOf } from './tariffDrafts';
import { type Books, booksOf, feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

/** Corrections beside what can't be built again: readings that are no longer kept, and months that were corrected before. */

const DAY_MS = 86_400_000;
const NOW_MS = cst('2025-10-20 12:00');
const ctx = { clock: new FixedClock(NOW_MS), log: silentLog };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** 15 kWh in five days, from January to 20 October, on a meter that began at 100.000; old readings are dropped as they are in service. */
async function yearOfUse(version: TariffVersion, keepAll = false) {
  const campus = await TestCampus.create(database, { lateLimitDays: 7, since: '2025-01-05T00:00:00+08:00' });
  const tariffId = await campus.tariff([version]);
  const account = await campus.account();
  const meter = await campus.meter({
    accountId: account.id,
    tariffId,
    imaxA: 2_000,
    startMicro: micro('100'),
  });
  const readings = Array.from({ length: 58 }, (_, i) =>
    says(campus, meter.code, cst('2025-01-07 03:00') + i * 5 * DAY_MS, (115 + i * 15).toFixed(3)),
  );
  await feed(database, readings, { batch: 20, supply: false });
  if (!keepAll)
    await database.pool.query('delete from reading where meter_id = $1 and ts < $2', [
      meter.id,
      new Date(NOW_MS - RAW_READING_DAYS * DAY_MS),
    ]);
  return { campus, tariffId, account, meter };
}

/** A second version, written by one person and put in force by another. */
async function correct(campusId: number, tariffId: number, version: TariffVersion): Promise<void> {
  const { periods, ...body } = tariffBodyOf(version);
  const draftId = await withTransaction(database, async (tx) => {
    const id = await insertDraft(tx.client, {
      campusId,
      tariffId,
      validFromMs: version.validFromMs,
      accrual: version.accrual,
      body: { ...body, periods: { '*': Object.values(periods)[0]! } },
      note: 'test',
      draftedBy: 'user:one',
      nowMs: NOW_MS,
    });
    await setDraftState(tx.client, id, { state: 'SUBMITTED' });
    return id;
  });
  await approveDraft(database, ctx, { campusId, draftId, revision: 1, by: 'user:two' });
}

const chargedBefore = (books: Books, ms: number) =>
  books.charges.filter((charge) => Number(charge.key.split(':')[1]) <= ms);

describe('a correction that reaches further back than the readings that are kept', () => {
  it.each([
    ['the year', { ...TARIFF_B, accrual: 'YEAR' as const }],
    ['the month', TARIFF_B],
  ])(
    'by free units from today: what was charged before stands, and the tiers of %s go on',
    async (_, version) => {
      const grant = async ({ campus, account }: Awaited<ReturnType<typeof yearOfUse>>) => {
        const fund = await campus.fund();
        const draft = {
          campusId: campus.id,
          code: 'FREE',
          accountCode: account.code,
          utility: 'ELECTRICITY' as const,
          fundCode: fund.code,
          quantityMicro: micro('2'),
          perHead: false,
          fromMs: cst('2025-10-20 00:00'),
          toMs: null,
          expiresMs: null,
          advancesTier: false,
          carryOver: false,
          note: 'test',
          by: 'user:one',
        };
        await draftFreeUnits(database, ctx, draft);
        await decideOnFreeUnits(database, ctx, {
          campusId: campus.id,
          code: 'FREE',
          approve: true,
          by: 'user:two',
        });
        await rerateDue(database, ctx);
      };
      const year = await yearOfUse(version);
      const was = await booksOf(database, year.account.id);
      await grant(year);
      const now = await booksOf(database, year.account.id);
      const unread = NOW_MS - RAW_READING_DAYS * DAY_MS;
      expect(chargedBefore(now, unread)).toEqual(chargedBefore(was, unread));

      const whole = await yearOfUse(version, true);
      await grant(whole);
      for (const { campus, meter } of [year, whole])
        await feed(database, [says(campus, meter.code, '2025-10-24 03:00', '1000.000')], { supply: false });
      const [{ balance }, { balance: expected }] = [
        await booksOf(database, year.account.id),
        await booksOf(database, whole.account.id),
      ];
      expect(balance).toBe(expected);
      expect(await verifyLedger(database)).toMatchObject({ ok: true });
    },
  );
});

describe('a locked month that was corrected', () => {
  it('keeps its correction when a late reading moves a part of it', async () => {
    const use = async (prices: bigint, late: 'LATE' | 'IN_TIME') => {
      const campus = await TestCampus.create(database, { lateLimitDays: 60 });
      const tariffId = await campus.tariff([flatTariff('F', cst('2024-01-01 00:00'), prices)]);
      const account = await campus.account();
      const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 2_000 });
      const first = cst('2025-09-05 03:00');
      const readings = Array.from({ length: 30 * 4 }, (_, i) =>
        says(campus, meter.code, first + i * 6 * 3_600_000, (1_000 + i * 6).toFixed(3)),
      );
      const one = says(campus, meter.code, '2025-10-01 01:00', '1620.000', { rxMs: NOW_MS });
      const inTime = [...readings, one].sort((a, b) => a.reading.tsMs! - b.reading.tsMs!);
      await feed(database, late === 'LATE' ? readings : inTime, { batch: 20, supply: false });
      return { campus, tariffId, account, one };
    };
    const { campus, tariffId, account, one } = await use(500_000n, 'LATE');
    await lockChargesOf(database, ctx, { campusId: campus.id, month: '2025-09', by: 'user:one' });
    await correct(campus.id, tariffId, flatTariff('new', cst('2025-09-01 00:00'), 400_000n));
    await rerateDue(database, ctx);
    await feed(database, [one], { supply: false });
    const { balance } = await booksOf(database, account.id);
    const fresh = await use(400_000n, 'IN_TIME');
    expect(balance).toBe((await booksOf(database, fresh.account.id)).balance);
  });
});
