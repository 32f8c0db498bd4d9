import { ulid } from 'ulid';
import { type Database, withTransaction } from '../../db/client';
import {
  type BulkJobRow,
  bulkJobByKey,
  insertBulkJob,
  insertBulkTargets,
  lockRequester,
} from '../../db/queries/bulkJobs';
import { DomainError, invalid } from '../../domain/errors';
import {
  type BulkDirection,
  type BulkScope,
  LINGER_MS,
  needsSecondPerson,
} from '../../domain/supply/bulkJob';
import { isTaken } from '../../domain/supply/bulkVerdict';
import { APPROVAL_WINDOW_MS } from '../../domain/supply/commandMachine';
import type { Closing, EngineContext } from '../context';
import { planTurns } from './planTurns';
import { pointsSwitchedAlone } from './switchedAlone';

/** What a person asks for, after the dry run. Role and scope were checked by the caller; each point is read again before its send. */
export interface BulkRequest {
  readonly campusId: number;
  readonly direction: BulkDirection;
  readonly utility: BulkJobRow['utility'];
  readonly scope: BulkScope;
  readonly scopeCode: string | null;
  readonly reason: string;
  /** Who asks, or answers for the program that does. */
  readonly requesterId: number;
  readonly actor: string;
  /** Actor of the requester; differs from `actor` where a program asks. */
  readonly answerable: string;
  /** One per press of the button. */
  readonly requestKey: string;
  /** SHA-256 of what was asked, hex. */
  readonly requestHash: string;
  /** How many eligible points the person saw and confirmed. */
  readonly confirmed: number;
  /** Every chosen point in the order of sending, as the dry run found it. */
  readonly targets: readonly BulkRequestTarget[];
}

export interface BulkRequestTarget {
  readonly pointId: number;
  readonly verdict: 'ELIGIBLE' | 'BLOCKED' | 'ALREADY';
  readonly reason: string | null;
  /** Gateway or meter by which its command goes out. */
  readonly line: string;
  readonly feeder: boolean;
}

export interface BulkAnswer {
  readonly id: string;
  readonly state: BulkJobRow['state'];
  /** True: this very request was made before; its job. */
  readonly existing: boolean;
}

/**
 * Stores a bulk job. Where no second person is needed it runs at once; else it waits 10 min for one. Nothing is sent here.
 * @throws DomainError conflict/REQUEST_KEY (the key stands for another request); refused/COUNT_CHANGED, NOTHING_ELIGIBLE
 */
export async function createBulkJob(
  database: Database,
  ctx: EngineContext,
  request: BulkRequest,
  closing?: Closing<BulkAnswer>,
): Promise<BulkAnswer> {
  if (request.reason.trim() === '') throw invalid('/reason', 'REASON', 'A reason must be given.');
  return withTransaction(database, async (tx) => {
    await lockRequester(tx.client, request.requesterId);
    const before = await bulkJobByKey(tx.client, request.requesterId, request.requestKey);
    if (before) {
      if (before.requestHash !== request.requestHash)
        throw new DomainError('conflict', 'REQUEST_KEY', 'This key stands for another request.');
      return { id: before.id, state: before.state, existing: true };
    }
    const eligible = request.targets.filter(({ verdict }) => verdict === 'ELIGIBLE');
    if (eligible.length !== request.confirmed)
      throw new DomainError(
        'refused',
        'COUNT_CHANGED',
        `${eligible.length} points can be switched now, not ${request.confirmed}: look again.`,
        { field: '/confirmed', eligible: eligible.length },
      );
    const taken = request.targets.filter(isTaken);
    if (taken.length === 0)
      throw new DomainError('refused', 'NOTHING_ELIGIBLE', 'None of these points can be switched now.');
    const now = ctx.clock.now();
    const second = needsSecondPerson({
      scope: request.scope,
      taken: taken.length,
      lately: await pointsSwitchedAlone(
        tx.client,
        { id: request.requesterId, actor: request.answerable },
        now,
      ),
      feeder: request.targets.some(({ feeder }) => feeder),
    });
    const turns = planTurns(taken, request.direction);
    const job: BulkJobRow = {
      id: ulid(now),
      campusId: request.campusId,
      direction: request.direction,
      utility: request.utility,
      state: second ? 'PENDING_APPROVAL' : 'RUNNING',
      scope: request.scope,
      scopeCode: request.scopeCode,
      reason: request.reason.trim(),
      requesterId: request.requesterId,
      requestedBy: request.actor,
      requestedMs: now,
      requestKey: request.requestKey,
      requestHash: request.requestHash,
      approvalDueMs: second ? now + APPROVAL_WINDOW_MS : null,
      approvedBy: null,
      approvedMs: null,
      startedMs: second ? null : now,
      goodUntilMs: second ? null : now + Math.max(...turns) + LINGER_MS,
      finishedMs: null,
      endedBy: null,
      endCause: null,
      note: null,
      scheduleId: null,
    };
    await insertBulkJob(tx.client, job);
    let turn = 0;
    await insertBulkTargets(
      tx.client,
      job.id,
      request.targets.map(({ pointId, verdict, reason, line }) => {
        const planned = isTaken({ verdict, reason });
        const offsetMs = planned ? turns[turn++]! : 0;
        return {
          pointId,
          state: planned || verdict === 'ELIGIBLE' ? 'PLANNED' : verdict,
          reason: verdict === 'ELIGIBLE' ? null : reason,
          line,
          offsetMs,
          dueMs: planned && !second ? now + offsetMs : null,
        };
      }),
    );
    const answer = { id: job.id, state: job.state, existing: false };
    closing?.(tx, answer);
    return answer;
  });
}
