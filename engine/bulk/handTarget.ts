import { randomInt } from 'node:crypto';
import { type Database, withTransaction } from '../../db/client';
import { type BulkJobRow, holdBulkJob, lockPlannedTarget, settleBulkTarget } from '../../db/queries/bulkJobs';
import type { StoredReasons } from '../../db/queries/supply';
import { scheduleActor } from '../../db/queries/switchSchedules';
import { DomainError } from '../../domain/errors';
import { type BulkTargetState, isProgram, RESTORE_STAGGER_MS } from '../../domain/supply/bulkJob';
import { HOLD_ADDED, keptOffBy } from '../../domain/supply/bulkVerdict';
import { isUndoubted } from '../../domain/supply/interlocks';
import { isCut } from '../../domain/supply/resend';
import type { SupplyReason } from '../../domain/supply/supplyState';
import type { EngineContext } from '../context';
import { endWithoutSwitching } from '../liftHold';
import { refusedSwitch } from '../refusedSwitch';
import { currentRegistry } from '../registry';
import { SupplyDesk, type SwitchOutcome } from '../supplyDesk';
import { isSecondTry } from './fireSchedule';

const LOOK_AGAIN_MS = 2_000;

/** An interlock lets the point wait: nothing is stored but when its turn comes again. */
class NotYet extends Error {
  constructor(
    readonly reason: string,
    readonly untilMs: number,
  ) {
    super(reason);
  }
}

interface Settled {
  readonly state: BulkTargetState;
  readonly reason: string | null;
  readonly commandId: string | null;
}

/**
 * One point of a running job: its facts are read under lock, and its command is stored in the same transaction as the word that
 * it has one, so that a server that dies here has either done both or nothing. A stop that came first is seen; one that comes now
 * waits. An interlock that bars stands as the point's result.
 * @returns whether a command or a result was stored
 */
export async function handTarget(
  database: Database,
  ctx: EngineContext,
  jobId: string,
  pointId: number,
): Promise<boolean> {
  try {
    return await inTurn(database, jobId, pointId, async (tx, job) => {
      const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
      await desk.open([pointId]);
      const settled = await switchPoint(desk, job, pointId);
      await desk.flush();
      return { ...settled, handedMs: settled.commandId === null ? null : desk.now };
    });
  } catch (error) {
    const stored = { handedMs: null, commandId: null };
    if (error instanceof NotYet)
      return inTurn(database, jobId, pointId, async (_tx, { direction }) => ({
        ...stored,
        state: 'PLANNED',
        reason: error.reason,
        // Those that wait together do not come back together.
        dueMs: error.untilMs + (direction === 'RESTORE' ? randomInt(RESTORE_STAGGER_MS) : 0),
      }));
    if (error instanceof DomainError)
      return inTurn(database, jobId, pointId, async () => ({
        ...stored,
        state: 'BLOCKED',
        reason: error.reason,
      }));
    throw error;
  }
}

type Step = Settled & { readonly handedMs: number | null; readonly dueMs?: number };

/** Runs `step` while the job runs and the point waits for its turn, both held. */
function inTurn(
  database: Database,
  jobId: string,
  pointId: number,
  step: (tx: Parameters<Parameters<typeof withTransaction>[1]>[0], job: BulkJobRow) => Promise<Step>,
): Promise<boolean> {
  return withTransaction(database, async (tx) => {
    const job = await holdBulkJob(tx.client, jobId);
    if (job?.state !== 'RUNNING') return false;
    if (!(await lockPlannedTarget(tx.client, jobId, pointId))) return false;
    await settleBulkTarget(tx.client, { jobId, pointId, ...(await step(tx, job)) });
    return true;
  });
}

async function switchPoint(desk: SupplyDesk, job: BulkJobRow, pointId: number): Promise<Settled> {
  if (job.scheduleId !== null && job.direction === 'RESTORE')
    return restoreBySchedule(desk, job, job.scheduleId, pointId);
  const { meterId } = desk.context(pointId);
  const meter = meterId === null ? undefined : desk.registry.meters.get(meterId);
  if (!meter) throw new DomainError('refused', 'NO_METER', 'No meter is fitted.');
  if (!meter.hasRelay) throw new DomainError('refused', 'NO_RELAY', 'The meter has no relay.');
  if (job.scheduleId !== null) return cutBySchedule(desk, job, job.scheduleId, pointId);
  const ask = {
    ...orderOf(job),
    origin: 'OPERATOR' as const,
    reason: 'MANUAL' as const,
    // A program passes under nobody's tag or lease, also not under theirs who answer for its key.
    actorId: isProgram(job.requestedBy) ? null : String(job.requesterId),
    actor: job.requestedBy,
  };
  if (job.direction === 'CUT') {
    // A cut for another reason waits to go out and may yet be taken back, by a top-up: this one would go with it.
    const live = desk.liveSwitch(pointId);
    if (live && isCut(live.op) && live.cause !== 'MANUAL' && live.issuedMs === null)
      throw new NotYet('WAITING', desk.now + LOOK_AGAIN_MS);
    const isNew = !desk.holds(pointId, 'MANUAL');
    const isOff = desk.row(pointId).observed === 'OPEN' && isUndoubted(desk.verdictOn(pointId, true, ask));
    desk.addReason(pointId, 'MANUAL', job.requestedBy, { note: job.reason });
    if (isNew && isOff) return { state: 'ALREADY', reason: HOLD_ADDED, commandId: null };
    return settledBy(await desk.reconcile(pointId, { ...ask, evenIfOpen: isNew }));
  }
  const { reasons } = desk.row(pointId);
  const held = reasons.MANUAL;
  const other = keptOffBy(Object.keys(reasons) as SupplyReason[]);
  if (other !== null) {
    if (!held) throw new DomainError('refused', other, `The reason ${other} is lifted in its own way only.`);
    return lift(desk, pointId, 'MANUAL', other);
  }
  const waiting = desk.liveSwitch(pointId);
  const cleared: StoredReasons = held ? { MANUAL: held } : {};
  desk.clearReason(pointId, 'MANUAL');
  const restore = { ...ask, cleared };
  const outcome = await desk.reconcile(pointId, restore);
  if (outcome.kind !== 'NONE' || !held) return settledBy(outcome);
  endWithoutSwitching(desk, desk.registry.points.get(pointId)!, { waiting, cleared }, restore);
  return { state: 'LIFTED', reason: 'HOLD_ONLY', commandId: null };
}

/** What stands with every command of a job. */
const orderOf = ({ id, reason, approvedBy }: BulkJobRow) => ({
  why: reason,
  originId: `bulk:${id}`,
  ...(approvedBy === null ? {} : { approvedBy }),
});

const askOfSchedule = (job: BulkJobRow, by: string) => ({
  ...orderOf(job),
  origin: 'AUTOMATIC' as const,
  reason: 'SCHEDULE' as const,
  actorId: null,
  actor: by,
});

/** Takes a reason back where another keeps the point off; what was under way for it is looked at anew. */
function lift(
  desk: SupplyDesk,
  pointId: number,
  reason: 'MANUAL' | 'SCHEDULE',
  other: SupplyReason,
): Settled {
  desk.clearReason(pointId, reason);
  desk.touch(pointId).retryDueMs = desk.now;
  return { state: 'LIFTED', reason: other, commandId: null };
}

/** A schedule adds the reason SCHEDULE and nothing else. What bars the cut leaves the point as it is until the next one. */
async function cutBySchedule(
  desk: SupplyDesk,
  job: BulkJobRow,
  scheduleId: string,
  pointId: number,
): Promise<Settled> {
  const by = scheduleActor(scheduleId);
  if (desk.interlockContext(pointId, null).protection === 'LIFE_SAFETY')
    throw refusedSwitch({ verdict: 'REFUSED', reason: 'LIFE_SAFETY', facts: {} });
  // A second try is about what the schedule still holds: nobody's restore of meanwhile is taken back by it.
  if (isSecondTry(job) ? desk.row(pointId).reasons.SCHEDULE?.by !== by : desk.holds(pointId, 'SCHEDULE'))
    return { state: 'ALREADY', reason: 'NOTHING_TO_DO', commandId: null };
  desk.addReason(pointId, 'SCHEDULE', by, { note: job.reason });
  const settled = settledBy(await desk.reconcile(pointId, askOfSchedule(job, by)));
  return settled.state === 'ALREADY' ? { ...settled, reason: HOLD_ADDED } : settled;
}

/**
 * A schedule takes back its own reason SCHEDULE and nothing else, whatever stands at the point now. What bars the restore keeps it
 * off no longer than itself, for the reconciler goes on trying; a restore that is taken back is the schedule's again.
 */
async function restoreBySchedule(
  desk: SupplyDesk,
  job: BulkJobRow,
  scheduleId: string,
  pointId: number,
): Promise<Settled> {
  const by = scheduleActor(scheduleId);
  const { reasons } = desk.row(pointId);
  const held = reasons.SCHEDULE;
  // What failed of a restore is held by nothing any more, and is wanted on all the same.
  const isDropped = isSecondTry(job) && Object.keys(reasons).length === 0;
  if (held?.by !== by && !isDropped) return { state: 'ALREADY', reason: 'NOTHING_TO_DO', commandId: null };
  const other = keptOffBy(Object.keys(reasons) as SupplyReason[], 'SCHEDULE');
  if (other !== null) return lift(desk, pointId, 'SCHEDULE', other);
  desk.clearReason(pointId, 'SCHEDULE');
  const ask = { ...askOfSchedule(job, by), ...(held ? { cleared: { SCHEDULE: held } } : {}) };
  const outcome = await desk.reconcile(pointId, ask);
  return outcome.kind === 'REFUSED'
    ? { state: 'BLOCKED', reason: outcome.verdict.reason, commandId: null }
    : settledBy(outcome);
}

function settledBy(outcome: SwitchOutcome): Settled {
  switch (outcome.kind) {
    case 'NONE':
      return { state: 'ALREADY', reason: 'NOTHING_TO_DO', commandId: null };
    case 'LIVE':
      return { state: 'HANDED', reason: null, commandId: outcome.commandId };
    case 'QUEUED':
      // A command that waits would go out beside all the others that wait: it is made when its time has come.
      if (outcome.waitUntilMs !== null) throw new NotYet('WAITING', outcome.waitUntilMs);
      return { state: 'HANDED', reason: null, commandId: outcome.commandId };
    case 'REFUSED':
      throw refusedSwitch(outcome.verdict);
  }
}
