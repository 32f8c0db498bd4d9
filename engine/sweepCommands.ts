import { type Database, withTransaction } from '../db/client';
import { commandPlace, dueCommandIds, lockCommand, supplyRetriesDue } from '../db/queries/supply';
import { heldBySchedule, scheduleById } from '../db/queries/switchSchedules';
import type { CommandEvent } from '../domain/supply/commandMachine';
import type { SupplyReason } from '../domain/supply/supplyState';
import { isOffTime } from '../domain/supply/switchSchedule';
import { campusZone } from '../domain/time/campusTime';
import type { AccountWork } from './accountWork';
import { leaveToResident } from './askToConfirm';
import type { EngineContext } from './context';
import { creditDecision, payerOf } from './creditFacts';
import { followUp } from './followUp';
import { oneByOne } from './oneByOne';
import { openAccounts } from './openAccounts';
import { currentRegistry, type Registry } from './registry';
import { SupplyDesk } from './supplyDesk';

const LIMIT = 500;

/**
 * Turns silence into an outcome: a queued command that expired, a published one without an answer, an executed one without
 * proof; and gives points whose difference is still open their next attempt. Run it every second or two.
 */
export async function sweepCommands(
  database: Database,
  ctx: EngineContext,
): Promise<{ timedOut: number; retried: number }> {
  let timedOut = 0;
  let retried = 0;
  const due = [
    ...(await dueCommandIds(database.pool, ctx.clock.now(), LIMIT)).map((commandId) => ({ commandId })),
    ...(await supplyRetriesDue(database.pool, ctx.clock.now())).map((pointId) => ({ pointId })),
  ];
  await oneByOne(due, ctx.log, 'sweep of supply', async (one) => {
    if ('commandId' in one) {
      if (await endSilent(database, ctx, one.commandId)) timedOut++;
    } else {
      await retry(database, ctx, one.pointId);
      retried++;
    }
  });
  return { timedOut, retried };
}

async function endSilent(database: Database, ctx: EngineContext, id: string): Promise<boolean> {
  const place = await commandPlace(database.pool, id);
  if (!place) return false;
  return withTransaction(database, async (tx) => {
    const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
    await desk.open([place.pointId]);
    const command = await lockCommand(tx.client, id);
    if (!command || command.finishedMs !== null) return false;
    const now = desk.now;
    let event: CommandEvent | null = null;
    if (command.state === 'EXECUTED' && command.dueMs !== null && command.dueMs <= now)
      event = 'PROOF_TIMEOUT';
    else if (command.expiresMs <= now && command.state !== 'EXECUTED') event = 'EXPIRE';
    if (!event) return false;
    const moved = await desk.step(command, event, 'engine', {}, { resultCode: event });
    if (moved) await followUp(desk, command);
    await desk.flush();
    return moved;
  });
}

async function retry(database: Database, ctx: EngineContext, pointId: number): Promise<void> {
  await withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const point = registry.points.get(pointId);
    const payer = point && payerOf(point, ctx.clock.now());
    const accounts = await openAccounts(tx, registry, payer ? [payer.accountId] : []);
    const desk = new SupplyDesk(tx, ctx, registry);
    await desk.open([pointId]);
    const row = desk.row(pointId);
    if (row.retryDueMs === null || row.retryDueMs > desk.now) return;
    desk.touch(pointId).retryDueMs = null;
    const held = Object.keys(row.reasons) as SupplyReason[];
    const over = row.observed !== 'OPEN' && (await isScheduleOver(desk, pointId));
    const reason = reasonToActOn(over ? held.filter((one) => one !== 'SCHEDULE') : held);
    if (over && reason === null) {
      desk.refuse(pointId, 'SCHEDULE_OVER', desk.now);
      await desk.flush();
      return;
    }
    if (reason === null && point && (await leaveToResident(desk, accounts.all()[0], point))) {
      await desk.flush();
      return;
    }
    if (reason === 'ARREARS' && !cutIsDue(desk, registry, accounts.all()[0], pointId)) {
      await desk.flush();
      return;
    }
    // What the meter itself opened is not closed from here, and what is open needs no cut.
    await desk.reconcile(pointId, {
      origin: 'AUTOMATIC',
      reason: reason ?? 'ARREARS',
      actorId: null,
      actor: 'engine',
      why: reason === null ? 'restore_retry' : reason.toLowerCase(),
    });
    await desk.flush();
  });
}

/** Whether a point is held by a schedule beyond its time: its restore is under way or was stopped, and nothing cuts it once more. */
async function isScheduleOver(desk: SupplyDesk, pointId: number): Promise<boolean> {
  const id = heldBySchedule(desk.row(pointId).reasons);
  if (id === null) return false;
  const schedule = await scheduleById(desk.tx.client, id);
  return schedule?.state !== 'ACTIVE' || !isOffTime(schedule, campusZone(schedule.timeZone), desk.now);
}

/** The reason that an attempt is made for: safety before all others, credit, which may be barred, last. */
function reasonToActOn(reasons: readonly SupplyReason[]): SupplyReason | null {
  if (reasons.includes('SAFETY')) return 'SAFETY';
  return reasons.find((reason) => reason !== 'ARREARS') ?? reasons[0] ?? null;
}

/**
 * Whether a cut for credit that did not come about is tried again now: the policy is asked first, and where it waits for the end
 * of a no-cut time or for anything else, so does the attempt, without a command that would only be taken back. A point that was
 * never off and would not be cut any more is no longer wanted off.
 */
function cutIsDue(
  desk: SupplyDesk,
  registry: Registry,
  account: AccountWork | undefined,
  pointId: number,
): boolean {
  const row = desk.row(pointId);
  if (row.observed === 'OPEN') return true;
  if (!account) {
    // Nobody's credit cuts anything.
    if (!desk.liveSwitch(pointId)) desk.clearReason(pointId, 'ARREARS');
    return false;
  }
  const decision = creditDecision(desk, account, registry.points.get(pointId)!, desk.now);
  if (decision.act === 'DISCONNECT') return true;
  const over = decision.act === 'NONE' || decision.act === 'NEVER';
  if (over && row.observed === 'CLOSED' && !desk.liveSwitch(pointId)) desk.clearReason(pointId, 'ARREARS');
  else desk.refuse(pointId, decision.rule, decision.reviewAt ?? desk.now);
  return false;
}
