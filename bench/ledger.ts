import { createDb } from '../db/client';
import { migrateDatabase } from '../db/migrate';
import { FixedClock } from '../domain/time/clock';
import { checkpointKey, newCheckpointKey } from '../engine/checkpointKey';
import { silentLog } from '../engine/context';
import { importCampus } from '../engine/importCampus';
import { makeCheckpoint } from '../engine/makeCheckpoint';
import { verifyLedger } from '../engine/verifyLedger';
import { benchCampus } from './benchCampus';
import { openDatabase } from './environment';
import { LedgerFiller } from './ledgerFill';

/** What verifying a ledger of one size cost. */
export interface LedgerFigures {
  entries: number;
  transactions: number;
  checkpoints: number;
  seconds: number;
  entriesPerSecond: number;
  /** By how much the process grew at most while it verified, MiB. */
  grownMib: number;
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
      await filler.fillTo(size);
      await makeCheckpoint(database, ctx, { key: checkpointKey(signingKey) });
      figures.push(await verifyOnce(database, signingKey));
    }
    return figures;
  } finally {
    await database.close();
    await opened.drop();
  }
}

async function verifyOnce(
  database: Parameters<typeof verifyLedger>[0],
  signingKey: string,
): Promise<LedgerFigures> {
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
    seconds: Math.round(seconds * 10) / 10,
    entriesPerSecond: Math.round(verdict.entries / seconds),
    grownMib: Math.round((most - before) / 2 ** 20),
  };
}
