import { readSettings } from '../config/env';
import { createDb } from '../db/client';
import { verifyLedger } from '../engine/verifyLedger';
import { withDatabaseUrl } from './withDatabase';

/** Recomputes the whole ledger: a summary and exit code 0, or the first id that doesn't hold and 1. */
const { ledgerSigningKey, checkpointDir } = readSettings('tool');
const verdict = await withDatabaseUrl(async (url) => {
  const database = createDb(url, 4, 'wattkeep ledger:verify');
  try {
    return await verifyLedger(database, {
      ...(ledgerSigningKey ? { signingKey: ledgerSigningKey } : {}),
      ...(checkpointDir ? { directory: checkpointDir } : {}),
    });
  } finally {
    await database.close();
  }
});
const counted = `${verdict.transactions} transactions, ${verdict.entries} entries, ${verdict.checkpoints} checkpoints`;
process.stdout.write(
  verdict.ok
    ? `the ledger holds: ${counted}\n`
    : `the ledger does not hold at ${verdict.firstBadId}: ${verdict.problem} (${counted})\n`,
);
process.exitCode = verdict.ok ? 0 : 1;
