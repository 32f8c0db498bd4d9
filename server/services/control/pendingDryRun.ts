import { bulkCandidates } from '../../../db/queries/bulkCandidates';
import type { BulkJobView, BulkTargetView } from '../../../db/queries/bulkViews';
import type { ScopeFilter } from '../../../db/queries/scope';
import { residentsAt } from '../../../db/queries/switchSchedules';
import { HOLD_ADDED } from '../../../domain/supply/bulkVerdict';
import type { ReadDeps } from '../deps';
import { candidateVerdict } from './previewBulk';

/** What a job that waits for a second person would do if they consented now: its own points, judged anew. */
export interface PendingDryRun {
  readonly asOfMs: number;
  /** switched + held + blocked + already. */
  readonly selected: number;
  readonly switched: number;
  /** Off for another reason already: the job adds its hold. */
  readonly held: number;
  readonly blocked: number;
  readonly already: number;
  /** Of those blocked: under life-safety protection. */
  readonly protected: number;
  /** What the points that would be switched draw now, W. */
  readonly powerW: number;
  /** Of those: they have never reported a load. */
  readonly unmeasured: number;
  /** Rooms and areas with a point that would be switched. */
  readonly spaces: number;
  /** People who live under the accounts of those points. */
  readonly residents: number;
}

/**
 * The dry run of a job that waits, as of now and for who asked: a point that the job left out when it was asked for stays out, and one
 * that it names is judged as it will be before its send. Points beyond `scope` are not counted.
 */
export async function readPendingDryRun(
  deps: ReadDeps,
  scope: ScopeFilter,
  job: BulkJobView,
  targets: readonly BulkTargetView[],
): Promise<PendingDryRun> {
  const nowMs = deps.engine.clock.now();
  const codes = targets.map(({ pointCode }) => pointCode);
  const candidates = await bulkCandidates(
    deps.reader,
    scope,
    { kind: 'POINTS', codes },
    job.utility,
    nowMs,
    codes.length,
  );
  const askedBy = job.byProgram ? null : String(job.requesterId);
  const targetOf = new Map(targets.map((target) => [target.pointCode, target]));
  const judged = candidates.map((candidate) => {
    const target = targetOf.get(candidate.code)!;
    const { verdict, reason } =
      target.state === 'PLANNED'
        ? candidateVerdict(candidate, job.direction, askedBy, nowMs)
        : { verdict: target.state, reason: target.reason };
    return { candidate, verdict: reason === HOLD_ADDED ? ('HELD' as const) : verdict };
  });
  const count = (kind: (typeof judged)[number]['verdict']) =>
    judged.filter(({ verdict }) => verdict === kind).length;
  const switched = judged.flatMap(({ verdict, candidate }) => (verdict === 'ELIGIBLE' ? [candidate] : []));
  const isProtected = ({ candidate, verdict }: (typeof judged)[number]) =>
    verdict === 'BLOCKED' && (candidate.lifeSafetyBelow || candidate.protection === 'LIFE_SAFETY');
  return {
    asOfMs: nowMs,
    selected: judged.length,
    switched: switched.length,
    held: count('HELD'),
    blocked: count('BLOCKED'),
    already: count('ALREADY'),
    protected: judged.filter(isProtected).length,
    powerW: switched.reduce((sum, { powerW }) => sum + (powerW ?? 0), 0),
    unmeasured: switched.filter(({ powerW }) => powerW === null).length,
    spaces: new Set(switched.map(({ space }) => space)).size,
    // A count that names nobody: who switches a room need not see who lives there.
    residents: await residentsAt(
      deps.reader.wholeCampus(),
      switched.map(({ pointId }) => pointId),
      new Date(nowMs),
    ),
  };
}
