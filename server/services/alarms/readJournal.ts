import { withTransaction } from '../../../db/client';
import { type JournalRow, listJournal } from '../../../db/queries/alarmJournal';
import type { ScopeFilter } from '../../../db/queries/scope';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { type ReviewSpan, reviewSpan } from './readReview';

const EXPORT_MAX = 100_000;

export interface JournalQuery {
  readonly span: ReviewSpan;
  readonly priority: 1 | 2 | 3 | 4 | null;
  /** Only lines by which people were told: what the measures count. */
  readonly announcedOnly: boolean;
}

/** Lines of the journal within the scope, newest first. @param beforeId lines older than this one; null: from the newest */
export async function readJournal(
  deps: ReadDeps,
  scope: ScopeFilter,
  { span, priority, announcedOnly }: JournalQuery,
  beforeId: number | null,
  limit: number,
): Promise<JournalRow[]> {
  const times = reviewSpan(span, deps.engine.clock.now());
  return listJournal(deps.reader, scope, { ...times, priority, announcedOnly }, beforeId, limit);
}

/** The newest lines of a filter, at most 100,000, for a file; the export stands in the audit log. */
export async function exportJournal(
  deps: ServiceDeps,
  caller: Caller,
  scope: ScopeFilter,
  query: JournalQuery,
): Promise<JournalRow[]> {
  const lines = await readJournal(deps, scope, query, null, EXPORT_MAX);
  await withTransaction(deps.database, async (tx) =>
    auditAct(tx, deps, caller, {
      action: 'ALARM_JOURNAL_EXPORTED',
      target: `campus:${caller.campus.code}`,
      after: { ...query, rows: lines.length },
    }),
  );
  return lines;
}
