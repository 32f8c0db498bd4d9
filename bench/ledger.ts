import { createDb, type Database } from '../db/client';
import { migrateDatabase } from '../db/migrate';
import { FixedClock } from '../domain/time/clock';
import { checkpointKey, newCheckpointKey } from '../engine/checkpointKey';
import { nodeSha256, silentLog } from '../engine/context';
import { importCampus } from '../engine/importCampus';
import { makeCheckpoint } from '../engine/makeCheckpoint';
import { verifyLedger } from '../engine/verifyLedger';
import { benchCampus } from './benchCampus';
import { openDatabase } from './environment';
import { type HashedTexts, LedgerFiller } from './ledgerFill';
import { tenth } from './statistics';

/** What verifying a ledger of one size cost. */
export interface LedgerFigures {
  entries: number;
  transactions: number;
  checkpoints: number;
  seconds: number;
  entriesPerSecond: number;
  /** SHA-256 alone over as many texts of the same lengths, s; and how many times longer verifying took. */
  rawSha256Seconds: number;
  timesRawSha256: number;
  /** By how much the process grew at most while it verified, MiB. */
  grownMib: number;
  /** Size of the whole database, MiB. */
  databaseMib: number;
  /** What making this ledger out of the one before took. */
  fillSeconds: number;
}

const ROOMS = 1_000;
/** Before the first window. */
const NOW_MS = Date.parse('2025-08-31T12:00:00+08:00');
const SAMPLE_MS = 50;

/**
 * Fills a ledger to each size in turn, with its charges, readings and signed checkpoints, and verifies all of it each time in
 * this process, beside an embedded database. No size is verified twice.
 */
export async function measureLedger(
  sizes: readonly number[],
  log: (line: string) => void,
): Promise<LedgerFigures[]> {
  const opened = await openDatabase(log);
  const database = createDb(opened.url, 4, 'wattkeep bench ledger');
  try {
    await migrateDatabase(opened.url, { log: () => undefined });
    const ctx = { clock: new FixedClock(NOW_MS), log: silentLog };
    await importCampus(database, ctx, benchCampus(ROOMS), { actor: 'bench' });
    const filler = await LedgerFiller.open(database);
    const signingKey = newCheckpointKey();
    const figures: LedgerFigures[] = [];
    for (const size of [...sizes].sort((a, b) => a - b)) {
      log(`a ledger of ${size} entries`);
      const startedAt = performance.now();
      await filler.fillTo(size);
      await makeCheckpoint(database, ctx, { key: checkpointKey(signingKey) });
      const fillSeconds = tenth((performance.now() - startedAt) / 1_000);
      const rawSha256Seconds = rawSha256(filler.hashed);
      const verified = await verifyOnce(database, signingKey);
      figures.push({
        ...verified,
        rawSha256Seconds: Math.round(rawSha256Seconds * 1_000) / 1_000,
        timesRawSha256: tenth(verified.seconds / rawSha256Seconds),
        databaseMib: await sizeMib(database),
        fillSeconds,
      });
    }
    return figures;
  } finally {
    await database.close();
    await opened.drop();
  }
}

/** Hashes texts of the ledger, the newest ones over and over, until as many bytes are hashed as it holds. @returns seconds */
function rawSha256({ bytes, newest }: HashedTexts): number {
  const startedAt = performance.now();
  for (let done = 0; done < bytes; )
    for (const text of newest) {
      nodeSha256.hex!(text);
      done += text.length;
    }
  return (performance.now() - startedAt) / 1_000;
}

async function sizeMib(database: Database): Promise<number> {
  const { rows } = await database.pool.query<{ mib: number }>(
    'select (pg_database_size(current_database()) / 1048576.0)::float8 as mib',
  );
  return Math.round(rows[0]!.mib);
}

async function verifyOnce(
  database: Database,
  signingKey: string,
): Promise<
  Pick<
    LedgerFigures,
    'entries' | 'transactions' | 'checkpoints' | 'seconds' | 'entriesPerSecond' | 'grownMib'
  >
> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, SAMPLE_MS);
  const startedAt = performance.now();
  const verdict = await verifyLedger(database, { signingKey }).finally(() => clearInterval(timer));
  const seconds = (performance.now() - startedAt) / 1_000;
  if (!verdict.ok) throw new Error(`the ledger does not hold at ${verdict.firstBadId}: ${verdict.problem}`);
  return {
    entries: verdict.entries,
    transactions: verdict.transactions,
    checkpoints: verdict.checkpoints,
    seconds: Math.round(seconds * 100) / 100,
    entriesPerSecond: Math.round(verdict.entries / seconds),
    grownMib: Math.round((most - before) / 2 ** 20),
  };
}
