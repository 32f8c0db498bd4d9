import type { Database } from '../../../db/client';
import { type BulkCandidate, type BulkChoice, bulkCandidates } from '../../../db/queries/bulkCandidates';
import type { ScopeFilter } from '../../../db/queries/scope';
import { BULK_POINTS_MAX } from '../../../domain/supply/bulkJob';

/** The points that a schedule switches, chosen anew, as far as a scope reaches. */
export function schedulePoints(
  database: Database,
  scope: ScopeFilter,
  choice: BulkChoice,
  nowMs: number,
): Promise<BulkCandidate[]> {
  return bulkCandidates(database, scope, choice, 'ELECTRICITY', nowMs, BULK_POINTS_MAX);
}
