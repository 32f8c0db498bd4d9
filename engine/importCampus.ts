import bcrypt from 'bcryptjs';
import type { ImportResult } from '../contracts/importDocument';
import { brokenConstraint, type Database, pgErrorCode, withTransaction } from '../db/client';
import type { Closing, EngineContext } from './context';
import { applyImport } from './importing/applyImport';
import type { ImportRights } from './importing/importRights';
import { ImportRun } from './importing/importRun';
import { type ImportPlan, planImport } from './importing/planImport';

export interface ImportOptions {
  /** Only says what would happen. */
  readonly dryRun?: boolean;
  /** Who imports, as it stands in versions and payments, e.g. `user:finance` or `key:01J…`. */
  readonly actor: string;
  /** The only campus that may be imported into; absent: the one that the document names, made if new. */
  readonly campusId?: number;
  /** Absent: whoever installs, who may everything. */
  readonly rights?: ImportRights;
  /** Called where the document changed something. */
  readonly closing?: Closing<ImportResult>;
}

/** Cost of password hashes, as the sign-in makes them. */
const BCRYPT_COST = 10;
/** SQLSTATE classes of data that the database refuses: data exception, integrity constraint violation. */
const REFUSED = new Set(['22', '23']);

/**
 * Brings a campus to what a document says: all of it or nothing, with a verdict and worded errors per row. Importing the
 * same document again changes nothing. Ingestion waits only while rows are written; a document with errors never makes it
 * wait, and neither do new passwords, which take long to hash.
 * @param document any parsed JSON; what is wrong with it is reported, never thrown
 * @throws only what the database throws when it can't be reached
 */
export async function importCampus(
  database: Database,
  context: EngineContext,
  document: unknown,
  options: ImportOptions,
): Promise<ImportResult> {
  const nowMs = context.clock.now();
  const campusId = options.campusId ?? null;
  const rights = options.rights ?? null;
  const { actor } = options;
  const preview = new ImportRun(document);
  const plan = await withTransaction(database, (tx) =>
    planImport(tx.client, preview, { nowMs, campusId, lock: false, actor, rights }),
  );
  const idle = !preview.failed && !preview.changed;
  if (preview.failed || !plan || idle || options.dryRun) return preview.answer(idle && !options.dryRun);
  const passwordHashes = await hashPasswords(plan);
  try {
    return await withTransaction(database, async (tx) => {
      // What is stored may have changed since the preview; under the lock it no longer does.
      const run = new ImportRun(document);
      const current = await planImport(tx.client, run, { nowMs, campusId, lock: true, actor, rights });
      if (run.failed || !current) return run.answer(false);
      if (run.changed) await applyImport(database, tx, context, current, { nowMs, actor, passwordHashes });
      const answer = run.answer(true);
      if (run.changed) options.closing?.(tx, answer);
      context.log.info({ campus: current.campus.after.code, totals: answer.totals }, 'campus imported');
      return answer;
    });
  } catch (error) {
    const code = pgErrorCode(error);
    if (code === undefined || !REFUSED.has(code.slice(0, 2))) throw error;
    context.log.error({ err: error }, 'import refused by the database');
    const run = new ImportRun(document);
    const rule = brokenConstraint(error) ?? code;
    run.failDocument('', 'STORE_REFUSED', `The database refused the document: rule ${rule}.`);
    return run.answer(false);
  }
}

async function hashPasswords(plan: ImportPlan): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const { code, password } of plan.users.added)
    if (password !== null) hashes.set(code, await bcrypt.hash(password, BCRYPT_COST));
  return hashes;
}
