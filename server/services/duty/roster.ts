import { withTransaction } from '../../../db/client';
import {
  type DutyCandidate,
  type DutyShiftView,
  deleteShift,
  dutyCandidates,
  insertShift,
  listShifts,
  placePath,
  reachOf,
} from '../../../db/queries/dutyRoster';
import { spaceIdByCode } from '../../../db/queries/spaces';
import { type DutyGap, type DutyLevel, dutyGaps } from '../../../domain/alarms/dutyRoster';
import { DomainError, invalid } from '../../../domain/errors';
import { campusZone } from '../../../domain/time/campusTime';
import { type Caller, requirePermission } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

const DAY_MS = 86_400_000;
const MINUTES_A_DAY = 1_440;
/** The page looks this far ahead. */
const AHEAD_MS = 7 * DAY_MS;

export interface Roster {
  readonly asOfMs: number;
  readonly toMs: number;
  /** Shifts that run now or begin within a week, by time. */
  readonly shifts: readonly DutyShiftView[];
  /** Times until then in which a level is empty everywhere. */
  readonly gaps: readonly DutyGap[];
  /** Who may be put on duty; empty for those who don't keep the roster. */
  readonly candidates: readonly Pick<DutyCandidate, 'code' | 'name' | 'roles' | 'places'>[];
  readonly mayKeep: boolean;
  /** Names of people in those shifts whom no urgent message reaches; empty for those who don't keep the roster. */
  readonly unreached: readonly string[];
}

/** The roster of the coming week. Contacts are beyond every reader; whether somebody on duty has one is for those who put them there. */
export async function readRoster(deps: ServiceDeps, caller: Caller): Promise<Roster> {
  const nowMs = deps.engine.clock.now();
  const toMs = nowMs + AHEAD_MS;
  const shifts = await listShifts(deps.reader, caller.campus.id, nowMs, toMs);
  const mayKeep = caller.permission('MANAGE_ROSTER')?.scope.campusWide ?? false;
  const candidates = mayKeep ? await dutyCandidates(deps.reader, caller.campus.id, new Date(nowMs)) : [];
  return {
    asOfMs: nowMs,
    toMs,
    shifts,
    gaps: dutyGaps(shifts, nowMs, toMs),
    candidates: candidates.map(({ code, name, roles, places }) => ({ code, name, roles, places })),
    mayKeep,
    unreached: mayKeep ? await unreachedOf(deps, shifts) : [],
  };
}

async function unreachedOf({ database }: ServiceDeps, shifts: readonly DutyShiftView[]): Promise<string[]> {
  const names = new Map(shifts.map(({ userId, name }) => [userId, name]));
  const { isReached } = await reachOf(database.pool, [...names.keys()], {
    topic: 'SAFETY',
    channels: 1,
    toldOf: null,
  });
  return [...names].flatMap(([userId, name]) => (isReached(userId) ? [] : [name]));
}

export interface AddShiftInput {
  /** Sign-in name. */
  readonly user: string;
  readonly level: DutyLevel;
  /** Code of a place; null: the campus. */
  readonly space: string | null;
  /** First day, `YYYY-MM-DD`, and wall times `HH:MM` in campus time; an end that is not after the start lies on the next day. */
  readonly date: string;
  readonly from: string;
  readonly to: string;
  /** On so many days in a row. */
  readonly days: number;
}

/**
 * Puts somebody on duty.
 * @throws DomainError `invalid` `UNKNOWN_SPACE` at /space, `NOT_ANSWERING` at /user for one whose role answers no alarms there,
 * `PAST` at /date
 */
export async function addShift(deps: ServiceDeps, caller: Caller, input: AddShiftInput): Promise<void> {
  const campusId = requireKeeper(caller);
  const nowMs = deps.engine.clock.now();
  const spans = spansOf(input, caller.campus.timeZone);
  if (spans.some(({ toMs }) => toMs <= nowMs))
    throw invalid('/date', 'PAST', 'A shift that is over can not be put on the roster.');
  const candidates = await dutyCandidates(deps.reader, campusId, new Date(nowMs));
  await withTransaction(deps.database, async (tx) => {
    const spaceId = input.space === null ? null : await spaceIdByCode(tx.client, campusId, input.space);
    if (input.space !== null && spaceId === null)
      throw invalid('/space', 'UNKNOWN_SPACE', `There is no place ${input.space}.`);
    const person = candidates.find(({ code }) => code === input.user);
    const path = spaceId === null ? [] : await placePath(tx.client, spaceId);
    if (!person?.spaceIds.some((reach) => reach === null || path.includes(reach)))
      throw invalid('/user', 'NOT_ANSWERING', `${input.user} answers no alarms there.`);
    for (const span of spans)
      await insertShift(tx.client, {
        campusId,
        userId: person.userId,
        level: input.level,
        spaceId,
        ...span,
        setBy: caller.actor,
        setMs: nowMs,
      });
    auditAct(tx, deps, caller, { action: 'DUTY_ADDED', target: `user:${input.user}`, after: { ...input } });
  });
}

/** Takes a shift off the roster. @throws DomainError `notFound` `SHIFT` */
export async function removeShift(deps: ServiceDeps, caller: Caller, input: { id: number }): Promise<void> {
  const campusId = requireKeeper(caller);
  await withTransaction(deps.database, async (tx) => {
    const gone = await deleteShift(tx.client, campusId, input.id);
    if (!gone) throw new DomainError('notFound', 'SHIFT', 'There is no such shift.');
    auditAct(tx, deps, caller, {
      action: 'DUTY_REMOVED',
      target: `shift:${input.id}`,
      before: { ...gone },
    });
  });
}

function requireKeeper(caller: Caller): number {
  const { scope } = requirePermission(caller, 'MANAGE_ROSTER');
  if (!scope.campusWide)
    throw new DomainError('forbidden', 'CAMPUS_SCOPE_NEEDED', 'The roster is kept for the whole campus.');
  return scope.campusId;
}

function spansOf(input: AddShiftInput, timeZone: string): { fromMs: number; toMs: number }[] {
  const zone = campusZone(timeZone);
  const [year, month, day] = input.date.split('-').map(Number) as [number, number, number];
  const minuteOf = (text: string) => {
    const [hour, minute] = text.split(':').map(Number) as [number, number];
    return hour * 60 + minute;
  };
  const start = minuteOf(input.from);
  const end = minuteOf(input.to) + (minuteOf(input.to) <= start ? MINUTES_A_DAY : 0);
  return Array.from({ length: input.days }, (_, more) => ({
    fromMs: zone.utcOf(year, month, day + more, start),
    toMs: zone.utcOf(year, month, day + more, end),
  }));
}
