import { type JournalRow, listJournal } from '../../../db/queries/alarmJournal';
import type { ScopeFilter } from '../../../db/queries/scope';
import type { ReadDeps } from '../deps';
import { type ReviewSpan, reviewSpan } from './readReview';

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
