import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { type ManyRoom, makeManyRooms } from '../db/testing/manyRooms';
import { cst } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import type { IncomingReading } from './ingestTypes';
import { readWindow, windowLines } from './openWindow';
import { rerateDue } from './rerate';
import { feed, says } from './testing/harness';
import { type NaiveGrant, naiveBill } from './testing/naiveCalculator';
import { DAY_MS, OFFSET_MS, START_MS, storedVersion, VERSIONS, yearOf } from './testing/yearOfUse';
import { verifyLedger } from './verifyLedger';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const ACCOUNTS = FULL ? 200 : 4;
const DAYS = FULL ? 365 : 70;
/** Accounts that are fed together; another lane feeds others beside them, each by a clock of its own. */
const TOGETHER = 2;
const LANES = 2;

/** Does the work of each of `count` accounts, some lanes beside each other. */
async function inLanes(count: number, together: number, work: (from: number, to: number) => Promise<void>) {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const from = next;
      next = Math.min(count, from + together);
      await work(from, next);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

describe(`${ACCOUNTS} accounts, ${DAYS} days of hourly readings, some of them late`, () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let rooms: readonly ManyRoom[];

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database, { lateLimitDays: 400 });
    const tariffId = await campus.tariff(VERSIONS.map(storedVersion));
    rooms = await makeManyRooms(campus, { count: ACCOUNTS, metersEach: 1, tariffId, imaxA: 200 });
    for (const [a, room] of rooms.entries()) {
      const { grant } = yearOf(a, DAYS);
      if (grant) await grantUnits(room.id, grant);
    }
    await inLanes(ACCOUNTS, TOGETHER, async (from, to) => {
      const all: IncomingReading[] = [];
      for (let a = from; a < to; a++) {
        const { readings, lateMs } = yearOf(a, DAYS);
        for (const [i, { atMs, thousandths }] of readings.entries())
          all.push(
            says(campus, rooms[a]!.meterCodes[0]!, atMs, (thousandths / 1000).toFixed(3), {
              rxMs: atMs + lateMs[i]!,
            }),
          );
      }
      all.sort((x, y) => x.rxMs - y.rxMs);
      await feed(database, all, { batch: 500, supply: false });
    });
  }, 3_600_000);
  afterAll(() => database?.drop());

  async function grantUnits(accountId: number, grant: NaiveGrant): Promise<void> {
    const fund = await campus.fund();
    const dayAt = (day: number) => new Date(day * DAY_MS - OFFSET_MS);
    for (const head of grant.heads) await campus.head(accountId, dayAt(head.from), dayAt(head.to));
    await campus.freeUnits({
      accountId,
      fundId: fund.id,
      quantityMicro: BigInt(grant.units) * 1_000_000n,
      perHead: true,
      validFrom: dayAt(grant.fromDay),
      advancesTier: grant.advancesTier,
      carryOver: grant.carryOver,
    });
  }

  async function reversals(): Promise<number> {
    const { rows } = await database.pool.query<{ n: number }>(
      "select count(*)::int as n from ledger_tx where kind = 'reversal'",
    );
    return rows[0]!.n;
  }

  /** Exact lines of the energy, merged by local day, period, tier and payer. */
  async function linesOf(accountId: number): Promise<Map<string, bigint>> {
    const charges = await database.pool.query<{ t0: bigint; lines: Record<string, string>[] }>(
      'select t0_ms as t0, lines from charge where account_id = $1 and superseded_by is null',
      [accountId],
    );
    const streams = await database.pool.query<{ open: unknown }>(
      'select open from stream where account_id = $1',
      [accountId],
    );
    const lines = new Map<string, bigint>();
    const add = (t0Ms: number, period: string, tier: string, payer: string, micros: bigint) => {
      if (tier === '0' || micros === 0n) return;
      const day = Math.floor((t0Ms + OFFSET_MS) / DAY_MS);
      const key = `${day} ${period} ${tier} ${payer.startsWith('FUND') ? 'FUND' : payer}`;
      lines.set(key, (lines.get(key) ?? 0n) + micros);
    };
    for (const { t0, lines: stored } of charges.rows)
      for (const line of stored) add(Number(t0), line.period!, line.tier!, line.payer!, BigInt(line.q_u!));
    for (const { open } of streams.rows) {
      const window = readWindow(open);
      for (const line of window ? windowLines(window) : [])
        add(window!.fromMs, line.period, String(line.tier), line.payer, line.quantityMicro);
    }
    return lines;
  }

  it('cost what a naive calculator with fractions says, to the last micro-unit', async () => {
    for (const [a, { id: accountId }] of rooms.entries()) {
      const { readings, grant } = yearOf(a, DAYS);
      const bill = naiveBill(readings, VERSIONS, grant, OFFSET_MS);
      expect([...(await linesOf(accountId))].sort()).toEqual([...bill.quantities].sort());
      const { rows } = await database.pool.query<{
        owed: bigint;
        sides: Record<string, [string, string]> | null;
      }>(
        `select -b.balance_micro as owed, s.extra as sides from account_balance b join stream s on s.account_id = b.account_id
          where b.account_id = $1`,
        [accountId],
      );
      expect(rows[0]!.owed).toBe(bill.customerMicro);
      const fund = Object.entries(rows[0]!.sides ?? {})
        .filter(([key]) => key.startsWith('FUND'))
        .map(([key, [n]]) => {
          const scale = key.endsWith(':PERCENT') ? 14n : key.endsWith(':TAX') ? 22n : 6n;
          const [numerator, unit] = [BigInt(n), 10n ** scale];
          return numerator % unit < 0n ? numerator / unit - 1n : numerator / unit;
        });
      expect(fund.reduce((sum, micros) => sum + micros, 0n)).toBe(bill.fundMicro);
    }
  }, 1_800_000);

  it('come out byte-equal when all of it is rated again from the raw readings', async () => {
    // Account by account: all lines in one text would be more than a database takes.
    const state = async () => [
      (
        await database.pool.query(
          `select account_id, md5(string_agg(concat_ws(' ', id, rev, superseded_by, lines, amount_micro, extra), ';' order by id))
             from charge group by account_id order by account_id`,
        )
      ).rows,
      (
        await database.pool.query(
          `select account_id, numerator_pico::text, posted_micro, extra from stream order by id`,
        )
      ).rows,
      await reversals(),
    ];
    const before = await state();
    await database.pool.query(
      `insert into rerate_task (account_id, utility, from_ms, draft_id)
       select id, 'ELECTRICITY', $1, 0 from account where campus_id = $2`,
      [cst('2025-01-01 00:00'), campus.id],
    );
    const ctx = { clock: new FixedClock(START_MS + (DAYS + 30) * DAY_MS), log: silentLog };
    let done = 0;
    for (let n = -1; n !== 0; done += n) n = (await rerateDue(database, ctx)).accounts;
    expect(done).toBe(ACCOUNTS);
    expect(await state()).toEqual(before);
    expect(await reversals()).toBeGreaterThan(0);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  }, 3_600_000);
});
