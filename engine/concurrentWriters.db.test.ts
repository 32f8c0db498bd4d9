import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { type ManyRoom, makeManyRooms } from '../db/testing/manyRooms';
import { DomainError } from '../domain/errors';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from './applyTopUp';
import { silentLog } from './context';
import { decideGift, draftGift } from './giveGift';
import { grantSubsidies } from './grantSubsidies';
import { ingestReadings } from './ingestReadings';
import { refundCash } from './payments/refundCash';
import { postDueWindows } from './postDueWindows';
import { takeEmergencyCredit } from './takeEmergencyCredit';
import { says } from './testing/harness';
import { makeFund, makeMoney } from './testing/subsidies';
import { verifyLedger } from './verifyLedger';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const RUNS = FULL ? 1_000 : 100;
const WRITERS = 32;
const MINUTE_MS = 60_000;
const PRICE_MICRO = 528_300n;

/** What a writer does to the shared account, beside 31 others. */
const deed = fc.record({
  act: fc.constantFrom(
    'TOP_UP' as const,
    'USE' as const,
    'USE' as const,
    'POST' as const,
    'REFUND' as const,
    'GRANT' as const,
    'LAPSE' as const,
    'GIFT' as const,
    'LOAN' as const,
  ),
  fen: fc.integer({ min: 1, max: 400 }),
  wh: fc.integer({ min: 0, max: 900 }),
  /** Another writer's payment is repeated at the same moment. */
  repeated: fc.boolean(),
});
/** One act for most of them: it is their number at once that is tried, and every act waits for the account's lock. */
const writer = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(deed) },
  { weight: 1, arbitrary: fc.tuple(deed, deed) },
);
/** Rooms are made this many together: each time the configuration moves, it is read anew. */
const ROOMS_AT_ONCE = FULL ? 200 : 50;

/** A refusal is an answer as well; anything else fails the test. */
async function refused(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
  });
}

describe('T4: 32 writers on one account', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffId: number;
  let lending: string;
  let fundId: number;
  /** One for each run. */
  const rooms: ManyRoom[] = [];

  beforeAll(async () => {
    database = await createTestDatabase(WRITERS + 2);
    campus = await TestCampus.create(database);
    tariffId = await campus.tariff([flatTariff('F-1', cst('2024-01-01 00:00'), PRICE_MICRO)]);
    lending = await campus.policy({ noCutPeriods: false, emergencyCreditMicro: '10000000' });
    fundId = await makeFund(database, campus.id, 'AID');
  });
  afterAll(() => database.drop());

  it(`no interleaving of ${RUNS} loses a posting, makes cash negative or charges twice`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(writer, { minLength: WRITERS, maxLength: WRITERS }),
        fc.integer({ min: 0, max: 600 }),
        async (writers, firstFen) => {
          if (rooms.length === 0)
            rooms.push(
              ...(await makeManyRooms(campus, {
                count: ROOMS_AT_ONCE,
                metersEach: WRITERS,
                tariffId,
                policy: lending,
                imaxA: 100,
              })),
            );
          const account = rooms.pop()!;
          const at = (nowMs: number) => ({ clock: new FixedClock(nowMs), log: silentLog });
          const startMs = cst('2025-09-10 08:00');
          let paidMicro = 0n;
          let usedMicro = 0n;
          const payments = new Set<string>();
          const pay = (fen: number, reference: string, nowMs: number) => {
            if (!payments.has(reference)) paidMicro += BigInt(fen) * 10_000n;
            payments.add(reference);
            return applyTopUp(
              database,
              { clock: new FixedClock(nowMs), log: silentLog },
              {
                campusId: campus.id,
                accountCode: account.code,
                amountMicro: BigInt(fen) * 10_000n,
                channel: 'counter',
                reference: `${account.code}-${reference}`,
                actor: 'user:test',
              },
            );
          };
          /** Cash that is not there, or not from a top-up, is refused. */
          const giveBack = (fen: number, nowMs: number) =>
            refundCash(
              database,
              { clock: new FixedClock(nowMs), log: silentLog },
              {
                campusId: campus.id,
                accountCode: account.code,
                amountMicro: BigInt(fen) * 10_000n,
                reason: 'test',
                actor: 'user:test',
                approver: null,
              },
            ).catch((error: unknown) => {
              if (!(error instanceof DomainError) || error.reason !== 'REFUND_LIMIT') throw error;
            });
          const report = (meterCode: string, nowMs: number, wh: number) =>
            ingestReadings(database, { clock: new FixedClock(nowMs), log: silentLog }, [
              says(campus, meterCode, nowMs, (wh / 1000).toFixed(3)),
            ]);
          if (firstFen > 0) await pay(firstFen, 'first', startMs);
          await ingestReadings(
            database,
            at(startMs),
            account.meterCodes.map((code) => says(campus, code, startMs, '0.000')),
          );
          await Promise.all(
            writers.map(async (acts, w) => {
              let nowMs = startMs;
              let wh = 0;
              for (const [k, { act, fen, wh: used, repeated }] of acts.entries()) {
                nowMs += 7 * MINUTE_MS;
                if (act === 'TOP_UP') {
                  const reference = `${w}-${k}`;
                  const first = pay(fen, reference, nowMs);
                  await Promise.all(repeated ? [first, pay(fen, reference, nowMs)] : [first]);
                } else if (act === 'USE') {
                  wh += used;
                  usedMicro += BigInt(used) * 1_000n;
                  await report(account.meterCodes[w]!, nowMs, wh);
                } else if (act === 'REFUND') {
                  await giveBack(fen, nowMs);
                } else if (act === 'GRANT') {
                  await makeMoney(database, {
                    campusId: campus.id,
                    accountId: account.id,
                    fundId,
                    code: `${account.code}-${w}-${k}`,
                    amountMicro: BigInt(fen) * 10_000n,
                    fromMs: startMs,
                    expiresMs: nowMs + 20 * MINUTE_MS,
                  });
                  await Promise.all([
                    grantSubsidies(database, at(nowMs)),
                    ...(repeated ? [grantSubsidies(database, at(nowMs))] : []),
                  ]);
                } else if (act === 'LAPSE') {
                  await grantSubsidies(database, at(nowMs + 20 * MINUTE_MS));
                } else if (act === 'GIFT') {
                  const giftId = await draftGift(database, at(nowMs), {
                    campusId: campus.id,
                    accountCode: account.code,
                    amountMicro: BigInt(fen) * 10_000n,
                    paymentId: null,
                    reason: 'outage',
                    actor: 'user:a',
                  });
                  const decide = (actor: string) =>
                    refused(
                      decideGift(database, at(nowMs), { campusId: campus.id, giftId, approve: true, actor }),
                    );
                  await Promise.all(repeated ? [decide('user:b'), decide('user:c')] : [decide('user:b')]);
                } else if (act === 'LOAN') {
                  await refused(
                    takeEmergencyCredit(database, at(nowMs), {
                      campusId: campus.id,
                      accountCode: account.code,
                    }),
                  );
                } else {
                  await postDueWindows(database, { clock: new FixedClock(nowMs), log: silentLog });
                }
              }
            }),
          );
          await postDueWindows(database, at(startMs + 24 * 60 * MINUTE_MS));
          await grantSubsidies(database, at(startMs + 24 * 60 * MINUTE_MS));
          const { rows } = await database.pool.query<Record<string, string | null>>(
            `select (select balance_micro::text from account_balance where account_id = $1) as balance,
                    (select sum(floor(numerator_pico / 1000000))::text from stream where account_id = $1) as due,
                    (select sum(numerator_pico)::text from stream where account_id = $1) as pico,
                    (select coalesce(sum(amount_micro), 0)::text from charge where account_id = $1 and superseded_by is null) as charged,
                    (select coalesce(sum(amount_micro), 0)::text from payment where account_id = $1) as paid,
                    (select coalesce(sum(amount_micro), 0)::text from refund where account_id = $1) as back,
                    (select min(e.balance_after_micro)::text from ledger_entry e join ledger_account a on a.id = e.ledger_account_id
                      where a.account_id = $1 and a.bucket in ('CASH', 'GIFT', 'SUBSIDY')) as "leastValue",
                    (select coalesce(sum(e.amount_micro), 0)::text from ledger_entry e
                       join ledger_account a on a.id = e.ledger_account_id join ledger_tx t on t.id = e.tx_id
                      where a.account_id = $1 and t.kind in ('grant', 'expire', 'gift')) as given,
                    (select coalesce(sum(amount_micro), 0)::text from money_grant where account_id = $1) as granted,
                    (select coalesce(sum(amount_micro), 0)::text from gift where account_id = $1 and state = 'APPROVED') as gifts,
                    (select coalesce(sum(e.amount_micro), 0)::text from ledger_entry e
                       join ledger_account a on a.id = e.ledger_account_id join ledger_tx t on t.id = e.tx_id
                      where a.account_id = $1 and t.kind in ('grant', 'gift')) as received,
                    (select coalesce(sum(balance_micro), 0)::text from ledger_account
                      where account_id = $1 and bucket = 'SUBSIDY') as subsidies,
                    (select coalesce(sum(balance_micro), 0)::text from ledger_account where account_id = $1) as pots`,
            [account.id],
          );
          const books = rows[0]!;
          expect(books.paid).toBe(paidMicro.toString());
          expect(BigInt(books.pico!)).toBe(usedMicro * PRICE_MICRO);
          expect(books.charged).toBe(books.due);
          expect(books.pots).toBe(
            (paidMicro - BigInt(books.back!) - BigInt(books.charged!) + BigInt(books.given!)).toString(),
          );
          expect(BigInt(books.received!)).toBe(BigInt(books.granted!) + BigInt(books.gifts!));
          // A day later every subsidy has lapsed: what was not used is the fund's again.
          expect(books.subsidies).toBe('0');
          expect(books.balance).toBe(books.pots);
          expect(BigInt(books.leastValue ?? '0')).toBeGreaterThanOrEqual(0n);
        },
      ),
      { numRuns: RUNS, endOnFailure: FULL },
    );
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  }, 1_800_000);
});
