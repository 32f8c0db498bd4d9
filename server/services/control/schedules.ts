import { ulid } from 'ulid';
import { type Tx, withTransaction } from '../../../db/client';
import { type BulkChoice, chosenSpace } from '../../../db/queries/bulkCandidates';
import { areOnePerson } from '../../../db/queries/samePerson';
import { campusScope, type ScopeFilter, type Source } from '../../../db/queries/scope';
import {
  insertSchedule,
  type LiveChoice,
  listCalendars,
  listSchedules,
  liveChoices,
  lockSchedule,
  lockScheduling,
  residentsAt,
  type ScheduleRow,
  type ScheduleView,
  scheduleByKey,
  updateSchedule,
} from '../../../db/queries/switchSchedules';
import { DomainError, invalid } from '../../../domain/errors';
import { APPROVAL_WINDOW_MS } from '../../../domain/supply/commandMachine';
import {
  type Firing,
  nextFirings,
  type OffWindow,
  type ScheduleEvent,
  scheduleStateAfter,
} from '../../../domain/supply/switchSchedule';
import { campusZone } from '../../../domain/time/campusTime';
import { type Caller, mayWithin, requirePermission, roleMissing } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { requireBulkScope } from './bulkRights';
import { type BulkPreview, judgeChoice, previewBulk } from './previewBulk';
import { schedulePoints } from './schedulePoints';
import { stopFirings } from './stopFirings';

const DAY_MS = 86_400_000;
const FIRINGS_SHOWN = 10;

/** What a schedule does, and where. */
export interface ScheduleAsk {
  readonly choice: BulkChoice;
  readonly windows: readonly OffWindow[];
  /** Code of the calendar whose holidays hold; null: weekdays alone. */
  readonly calendar: string | null;
}

export interface ScheduleOrder extends ScheduleAsk {
  readonly name: string;
  readonly reason: string;
  /** One per press of the button. */
  readonly requestKey: string;
}

/** The dry run of a schedule: its next firings, and what a cut would do if it came now. */
export interface SchedulePreview {
  readonly firings: readonly Firing[];
  readonly points: BulkPreview;
  /** People who live under the accounts of those points. */
  readonly residents: number;
  /** A live schedule that switches some of them already; null: none. */
  readonly overlaps: string | null;
}

/** A person who may both cut and restore where the schedule switches: it does both by itself. */
export function requireScheduleScope(caller: Caller, feeder: boolean): ScopeFilter {
  if (caller.user === null)
    throw new DomainError('forbidden', 'PERSON_NEEDED', 'Schedules are asked for and approved by people.');
  const scope = requireBulkScope(caller, 'CUT', feeder);
  requireBulkScope(caller, 'RESTORE', feeder);
  if (!mayWithin(caller, 'RESTORE', scope)) throw roleMissing('RESTORE');
  return scope;
}

/**
 * Runs a schedule dry; nothing is stored.
 * @throws DomainError as `judgeChoice`; invalid/WINDOWS; notFound/CALENDAR
 */
export async function previewSchedule(
  deps: ServiceDeps,
  caller: Caller,
  ask: ScheduleAsk,
): Promise<SchedulePreview> {
  const scope = requireScheduleScope(caller, ask.choice.kind === 'FEEDER');
  const nowMs = deps.engine.clock.now();
  const times = {
    windows: needWindows(ask.windows),
    dates: (await calendarOf(deps, caller, ask))?.days ?? {},
  };
  const points = await previewBulk(deps, caller, bulkAsk(ask));
  const pointIds = await pointsOf(deps.database, scope, ask.choice, nowMs);
  const others = await liveChoices(deps.database.pool, caller.campus.id);
  return {
    firings: nextFirings(times, campusZone(caller.campus.timeZone), nowMs, FIRINGS_SHOWN),
    points,
    residents: await residentsAt(deps.database, pointIds, new Date(nowMs)),
    overlaps: await overlapping(deps.database, caller, pointIds, others, nowMs),
  };
}

const bulkAsk = ({ choice }: ScheduleAsk) => ({
  choice,
  direction: 'CUT' as const,
  utility: 'ELECTRICITY' as const,
  cause: 'SCHEDULE' as const,
});

function needWindows(windows: readonly OffWindow[]): OffWindow[] {
  for (const [i, window] of windows.entries())
    if (window.dayTypes.length === 0)
      throw invalid(`/windows/${i}/dayTypes`, 'WINDOWS', 'Each time names the days on which it begins.');
  if (windows.length === 0) throw invalid('/windows', 'WINDOWS', 'A schedule needs a time.');
  return [...windows];
}

async function calendarOf(deps: ReadDeps, caller: Caller, { calendar }: ScheduleAsk) {
  if (calendar === null) return null;
  const found = (await listCalendars(deps.reader, caller.campus.id)).find(({ code }) => code === calendar);
  if (!found)
    throw new DomainError('notFound', 'CALENDAR', `There is no calendar ${calendar}.`, {
      field: '/calendar',
    });
  return found;
}

async function pointsOf(
  source: Source,
  scope: ScopeFilter,
  choice: BulkChoice,
  nowMs: number,
): Promise<number[]> {
  const found = await schedulePoints(source, scope, choice, nowMs);
  return found.map(({ pointId }) => pointId);
}

/** A point belongs to one schedule: the end of one must not bring back what another keeps off. @returns the name of one that has some */
async function overlapping(
  source: Source,
  caller: Caller,
  pointIds: readonly number[],
  others: readonly LiveChoice[],
  nowMs: number,
): Promise<string | null> {
  const mine = new Set(pointIds);
  const all = campusScope(caller.campus.id, new Date(nowMs));
  for (const { name, choice } of others)
    if ((await pointsOf(source, all, choice, nowMs)).some((id) => mine.has(id))) return name;
  return null;
}

/**
 * Asks for a schedule; it fires once a second person consented, within 10 min.
 * @throws DomainError as `previewSchedule`; refused/SCHEDULE_OVERLAPS
 */
export async function requestSchedule(
  deps: ServiceDeps,
  caller: Caller,
  order: ScheduleOrder,
): Promise<{ id: string }> {
  const scope = requireScheduleScope(caller, order.choice.kind === 'FEEDER');
  const windows = needWindows(order.windows);
  const calendar = await calendarOf(deps, caller, order);
  const judged = await judgeChoice(deps, caller, bulkAsk(order));
  if (judged.scope === 'FEEDER') requireScheduleScope(caller, true);
  const nowMs = deps.engine.clock.now();
  const space =
    order.choice.kind === 'SPACE' ? await chosenSpace(deps.reader, scope, order.choice.code) : null;
  const { pool } = deps.database;
  const asked = await scheduleByKey(pool, caller.user!.id, order.requestKey);
  if (asked !== null) return { id: asked };
  const pointIds = judged.points.map(({ candidate }) => candidate.pointId);
  const refuseOverlap = async (source: Source, others: readonly LiveChoice[]) => {
    const other = await overlapping(source, caller, pointIds, others, nowMs);
    if (other !== null)
      throw new DomainError(
        'refused',
        'SCHEDULE_OVERLAPS',
        `The schedule "${other}" switches some of these points.`,
        { name: other },
      );
  };
  const before = await liveChoices(pool, caller.campus.id);
  await refuseOverlap(deps.database, before);
  return withTransaction(deps.database, async (tx) => {
    await lockScheduling(tx.client, caller.campus.id);
    const twice = await scheduleByKey(tx.client, caller.user!.id, order.requestKey);
    if (twice !== null) return { id: twice };
    // Only what was asked for meanwhile is looked at while readings wait.
    const seen = new Set(before.map(({ id }) => id));
    const meanwhile = (await liveChoices(tx.client, caller.campus.id)).filter(({ id }) => !seen.has(id));
    // On this connection: the others of the pool may all be waiting for this lock.
    await refuseOverlap(tx, meanwhile);
    const id = await insertSchedule(tx.client, {
      id: ulid(nowMs),
      campusId: caller.campus.id,
      name: order.name.trim(),
      choice: order.choice,
      spaceId: space?.id ?? null,
      windows,
      calendarId: calendar?.id ?? null,
      reason: order.reason.trim(),
      requesterId: caller.user!.id,
      requestedBy: caller.actor,
      requestedMs: nowMs,
      requestKey: order.requestKey,
      approvalDueMs: nowMs + APPROVAL_WINDOW_MS,
    });
    auditAct(tx, deps, caller, {
      action: 'SCHEDULE_REQUESTED',
      target: `schedule:${id}`,
      after: { name: order.name, points: String(pointIds.length), reason: order.reason },
    });
    return { id };
  });
}

/**
 * A second person consents or refuses; a schedule is active from then on, and cuts from its next time on.
 * @throws DomainError forbidden/ROLE_MISSING, SAME_PERSON, OUT_OF_SCOPE; conflict/DECIDED; refused/APPROVAL_EXPIRED
 */
export function decideSchedule(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly id: string; readonly approve: boolean },
): Promise<void> {
  return change(deps, caller, input.id, input.approve ? 'APPROVE' : 'REJECT', async (tx, row, nowMs) => {
    if (await areOnePerson(tx, row.requesterId, caller.user!.id))
      throw new DomainError('forbidden', 'SAME_PERSON', 'Another person must decide than asked.');
    if (nowMs >= row.approvalDueMs)
      throw new DomainError('refused', 'APPROVAL_EXPIRED', 'The ten minutes for a second person are over.');
    if (!input.approve) return end(row, caller.actor, 'REJECTED', nowMs);
    Object.assign(row, { approvedBy: caller.actor, approvedMs: nowMs, handledMs: nowMs });
  });
}

/**
 * Pauses, resumes or ends a schedule. What it keeps off comes back, staggered; after a resume it cuts from its next time on.
 * @throws DomainError forbidden/ROLE_MISSING, OUT_OF_SCOPE; conflict/DECIDED
 */
export async function steerSchedule(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly id: string; readonly event: 'PAUSE' | 'RESUME' | 'END' },
): Promise<void> {
  await change(deps, caller, input.id, input.event, async (_tx, row, nowMs) => {
    if (input.event === 'RESUME')
      Object.assign(row, { handledMs: nowMs, endedBy: null, endCause: null, endedMs: null });
    else end(row, caller.actor, input.event === 'PAUSE' ? 'PAUSED' : 'ENDED', nowMs);
  });
  if (input.event !== 'RESUME')
    await stopFirings(
      deps.database,
      deps.engine,
      { id: input.id, campusId: caller.campus.id },
      'CUT',
      caller.actor,
    );
}

function end(row: ScheduleRow, by: string, cause: string, nowMs: number): void {
  Object.assign(row, { endedBy: by, endCause: cause, endedMs: nowMs });
}

async function change(
  deps: ServiceDeps,
  caller: Caller,
  id: string,
  event: ScheduleEvent,
  apply: (tx: Tx, row: ScheduleRow, nowMs: number) => Promise<void>,
): Promise<void> {
  await withTransaction(deps.database, async (tx) => {
    const nowMs = deps.engine.clock.now();
    const row = await lockSchedule(tx.client, id);
    if (!row || row.campusId !== caller.campus.id)
      throw new DomainError('notFound', 'SCHEDULE', `There is no schedule ${id}.`);
    const scope = requireScheduleScope(caller, row.choice.kind === 'FEEDER');
    const all = await pointsOf(tx, campusScope(row.campusId, new Date(nowMs)), row.choice, nowMs);
    const reached = await pointsOf(tx, scope, row.choice, nowMs);
    if (reached.length < all.length)
      throw new DomainError('forbidden', 'OUT_OF_SCOPE', 'Points of this schedule lie outside your reach.', {
        outside: all.length - reached.length,
      });
    const before = row.state;
    const state = scheduleStateAfter(before, event);
    if (state === null)
      throw new DomainError('conflict', 'DECIDED', 'This schedule was decided before.', { state: before });
    await apply(tx, row, nowMs);
    row.state = state;
    await updateSchedule(tx.client, row);
    auditAct(tx, deps, caller, {
      action: `SCHEDULE_${event}`,
      target: `schedule:${id}`,
      before: { state: before },
      after: { state, requestedBy: row.requestedBy },
    });
  });
}

/** A schedule with when it switches next. */
export interface ScheduleShown extends Omit<ScheduleView, 'dates'> {
  /** Null: it does not, or not within two months. */
  readonly next: Firing | null;
}

export interface ScheduleList {
  readonly schedules: readonly ScheduleShown[];
  readonly calendars: readonly { readonly code: string; readonly name: string }[];
  /** The viewer may ask for one, decide, pause and end. */
  readonly steer: boolean;
  readonly userId: number | null;
}

/** Schedules within the caller's reach. @throws DomainError forbidden/ROLE_MISSING */
export async function readSchedules(deps: ReadDeps, caller: Caller): Promise<ScheduleList> {
  const { scope } = requirePermission(caller, 'VIEW_COMMANDS');
  const nowMs = deps.engine.clock.now();
  const zone = campusZone(caller.campus.timeZone);
  const rows = await listSchedules(deps.reader, scope, nowMs - 7 * DAY_MS);
  const calendars = await listCalendars(deps.reader, caller.campus.id);
  return {
    schedules: rows.map(({ dates, ...row }) => ({
      ...row,
      next:
        row.state === 'ACTIVE' || row.state === 'PENDING_APPROVAL'
          ? (nextFirings({ windows: row.windows, dates }, zone, nowMs, 1)[0] ?? null)
          : null,
    })),
    calendars: calendars.map(({ code, name }) => ({ code, name })),
    steer: caller.permission('CUT')?.grant === 'FULL' && caller.permission('RESTORE')?.grant === 'FULL',
    userId: caller.user?.id ?? null,
  };
}
