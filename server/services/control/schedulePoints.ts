import { type BulkCandidate, type BulkChoice, bulkCandidates } from '../../../db/queries/bulkCandidates';
import type { ScopeFilter, Source } from '../../../db/queries/scope';
import { BULK_POINTS_MAX } from '../../../domain/supply/bulkJob';

/** The points that a schedule switches, chosen anew, as far as a scope reaches. */
export function schedulePoints(
  source: Source,
  scope: ScopeFilter,
  choice: BulkChoice,
  nowMs: number,
): Promise<BulkCandidate[]> {
  return bulkCandidates(source, scope, choice, 'ELECTRICITY', nowMs, BULK_POINTS_MAX);
}
