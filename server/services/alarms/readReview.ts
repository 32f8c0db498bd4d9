import type { LiveAlarm } from '../../../contracts/liveEvents';
import {
  type AlarmSourceRow,
  announcementsByPeriod,
  announcementsByPriority,
  busiestSources,
  medianAcknowledgement,
  nuisanceCounts,
  shiftsWithin,
  type TimeSpan,
} from '../../../db/queries/alarmPerformance';
import { type AlarmView, alarmsByIds, listCoveredAlarms } from '../../../db/queries/alarmViews';
import type { ScopeFilter } from '../../../db/queries/scope';
import { alarmPerformance, type Performance, periodEnd } from '../../../domain/alarms/performance';
import { suppressedByOutage } from '../../../domain/detection/feederOutage';
import { suppressedByFeeder } from '../../../domain/detection/feederVoltage';
import type { Caller } from '../../auth/caller';
import { liveAlarm } from '../../live/shapes';
import type { ReadDeps } from '../deps';
import { alarmSight } from './alarmRights';
import { type AlarmContext, alarmContexts } from './readAlarmList';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const COVERED_MAX = 1_000;
const SOURCES = 10;

export const REVIEW_SPANS = ['SHIFT', 'DAY', 'WEEK', 'MONTH'] as const;
export type ReviewSpan = (typeof REVIEW_SPANS)[number];
const SPAN_MS: Readonly<Record<ReviewSpan, number>> = {
  SHIFT: 8 * HOUR_MS,
  DAY: DAY_MS,
  WEEK: 7 * DAY_MS,
  MONTH: 30 * DAY_MS,
};

/** The span up to the end of the ten minutes that run now. */
export function reviewSpan(span: ReviewSpan, nowMs: number): TimeSpan {
  const toMs = periodEnd(nowMs);
  return { fromMs: toMs - SPAN_MS[span], toMs };
}

/** An alarm under an overlay. */
export interface CoveredAlarm {
  readonly alarm: LiveAlarm;
  readonly context: AlarmContext;
  readonly outOfServiceBy: string | null;
  readonly outOfServiceMs: number | null;
}

export interface Covered {
  readonly asOfMs: number;
  readonly shelved: readonly CoveredAlarm[];
  /** What suppresses, with what it covers. A gateway that is down, or a feeder's alarm, stands here without children too. */
  readonly suppressed: readonly {
    /** As stored: `gateway:G12`, `feeder:D7-2`, `outage:D7-2`, or `cut:D7-2`, which has no alarm. */
    readonly by: string;
    readonly parent: CoveredAlarm | null;
    /** Meters that report through the gateway, or are fed by the feeder. */
    readonly meters: number | null;
    readonly children: readonly CoveredAlarm[];
  }[];
  readonly outOfService: readonly CoveredAlarm[];
}

/** Alarms that are there and that nobody is told of, by the reason why. */
export async function readCovered(deps: ReadDeps, caller: Caller, scope: ScopeFilter): Promise<Covered> {
  const nowMs = deps.engine.clock.now();
  const rows = await listCoveredAlarms(deps.reader, scope, nowMs, COVERED_MAX);
  const contexts = await alarmContexts(deps, caller, rows, nowMs);
  const all = rows.map((row, at) => ({ row, covered: coveredOf(caller, row, contexts[at]!) }));
  const only = (which: (row: AlarmView) => boolean) =>
    all.filter(({ row }) => which(row)).map(({ covered }) => covered);
  const parents = all.flatMap(({ row, covered }) => {
    const by = row.active && row.endedMs === null ? covererOf(row) : null;
    return by === null ? [] : [{ by, row, covered }];
  });
  const causes = new Set([
    ...parents.map(({ by }) => by),
    ...all.flatMap(({ row }) =>
      row.suppressedBy !== null && row.endedMs === null ? [row.suppressedBy] : [],
    ),
  ]);
  return {
    asOfMs: nowMs,
    shelved: only((row) => row.shelvedUntilMs !== null && row.shelvedUntilMs > nowMs),
    suppressed: [...causes].sort().map((by) => {
      const parent = parents.find((one) => one.by === by);
      const meters = Number(parent?.row.evidence.meters);
      return {
        by,
        parent: parent?.covered ?? null,
        meters: Number.isFinite(meters) ? meters : null,
        children: only((row) => row.suppressedBy === by && row.endedMs === null),
      };
    }),
    outOfService: only((row) => row.outOfServiceTicket !== null),
  };
}

/** What an alarm suppresses others as; null: it suppresses none. */
function covererOf({ rule, gatewayCode, pointCode }: AlarmView): string | null {
  if (rule === 'GATEWAY_OFFLINE') return `gateway:${gatewayCode}`;
  if (rule === 'FEEDER_OUTAGE' && pointCode !== null) return suppressedByOutage(pointCode);
  return rule === 'FEEDER_VOLTAGE' && pointCode !== null ? suppressedByFeeder(pointCode) : null;
}

function coveredOf(caller: Caller, row: AlarmView, context: AlarmContext): CoveredAlarm {
  return {
    alarm: liveAlarm(row, alarmSight(caller, row.spacePath)),
    context,
    outOfServiceBy: row.outOfServiceBy,
    outOfServiceMs: row.outOfServiceMs,
  };
}

/** A source of many announcements, with its newest alarm. */
export interface BadActor extends Omit<AlarmSourceRow, 'alarmId'> {
  readonly alarm: LiveAlarm;
  readonly context: AlarmContext;
}

export interface ReviewPerformance extends Performance {
  readonly asOfMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Announcements by ten minutes, empty ones left out. */
  readonly load: readonly { readonly at: number; readonly announced: number }[];
  readonly byPriority: readonly [number, number, number, number];
  readonly badActors: readonly BadActor[];
  /** Somebody is on duty now; else everyone in scope is told, and one operator is assumed. */
  readonly onDuty: number;
}

/** The measures of the alarm system over a span, with the sources that load it most. */
export async function readPerformance(
  deps: ReadDeps,
  caller: Caller,
  scope: ScopeFilter,
  span: ReviewSpan,
): Promise<ReviewPerformance> {
  const nowMs = deps.engine.clock.now();
  const times = reviewSpan(span, nowMs);
  const load = await announcementsByPeriod(deps.reader, scope, times);
  const priorities = await announcementsByPriority(deps.reader, scope, times);
  const sources = await busiestSources(deps.reader, scope, times, SOURCES);
  const nuisances = await nuisanceCounts(deps.reader, scope, times, nowMs - DAY_MS);
  const medianAckMs = await medianAcknowledgement(deps.reader, scope, times);
  const shifts = await shiftsWithin(deps.reader, scope, times);
  const count = (priority: number) => priorities.find((one) => one.priority === priority)?.announced ?? 0;
  const performance = alarmPerformance({
    from: times.fromMs,
    to: times.toMs,
    periods: load,
    byPriority: { P1: count(1), P2: count(2), P3: count(3), P4: count(4) },
    topTen: sources.reduce((sum, { announced }) => sum + announced, 0),
    shifts,
    ...nuisances,
    medianAckMs,
  });
  const views = await alarmsByIds(
    deps.reader,
    sources.map(({ alarmId }) => alarmId),
  );
  const contexts = await alarmContexts(deps, caller, views, nowMs);
  const newest = new Map(views.map((view, at) => [view.id, { view, context: contexts[at]! }]));
  return {
    ...performance,
    asOfMs: nowMs,
    ...times,
    load,
    byPriority: [count(1), count(2), count(3), count(4)],
    badActors: sources.flatMap(({ alarmId, ...source }) => {
      const found = newest.get(alarmId);
      if (!found) return [];
      const { view, context } = found;
      return [{ ...source, alarm: liveAlarm(view, alarmSight(caller, view.spacePath)), context }];
    }),
    onDuty: shifts.filter(({ from, to, level }) => level === 'ON_DUTY' && from <= nowMs && nowMs < to).length,
  };
}
