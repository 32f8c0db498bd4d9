import type { LiveAlarm, LiveCommand } from '../../../contracts/liveEvents';
import {
  alarmPoints,
  type FeederChildRow,
  feederChildren,
  pointPowers,
  responsibleStaff,
  type SameObjectRow,
  sameObjectAlarms,
} from '../../../db/queries/alarmDetails';
import {
  type AlarmEventView,
  type AlarmView,
  findAlarm,
  listAlarmEvents,
} from '../../../db/queries/alarmViews';
import { listPointCommands } from '../../../db/queries/commandViews';
import { type DeliveryState, listAlarmDeliveries } from '../../../db/queries/deliveries';
import { lossStates } from '../../../db/queries/feederHours';
import { livesAtAlarm } from '../../../db/queries/livesAtAlarm';
import { findRoom } from '../../../db/queries/rooms';
import type { ScopeFilter } from '../../../db/queries/scope';
import { ALARM_CATALOGUE, type AlarmRule, actWithinMs } from '../../../domain/alarms/alarmCatalogue';
import { shelveLimitMs } from '../../../domain/alarms/alarmMachine';
import { type AlarmMeasure, alarmMeasure, isReadingMeasure } from '../../../domain/alarms/alarmMeasure';
import type { NonTechnicalLossState } from '../../../domain/detection/nonTechnicalLoss';
import { DomainError } from '../../../domain/errors';
import { ROOMS_OF_A_SUM } from '../../../domain/metering/roomsOfASum';
import type { NoticeChannel } from '../../../domain/notices/noticeChannel';
import type { Caller } from '../../auth/caller';
import { liveAlarm, liveCommand, seenEvidence } from '../../live/shapes';
import type { ReadDeps } from '../deps';
import { type LoadTrace, loadTrace } from '../rooms/loadTrace';
import { type LoadAllowance, loadAllowance } from '../rules/loadAllowance';
import { type AlarmEvidence, alarmEvidence } from './alarmEvidence';
import { alarmSight, mayAt } from './alarmRights';
import { type MeasuredTrace, measuredTrace } from './measuredTrace';
import { type AlarmContext, alarmContexts } from './readAlarmList';
import { type AlarmVerdicts, readVerdicts } from './readVerdicts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BEFORE_MS = 15 * MINUTE_MS;
const AFTER_END_MS = 3 * MINUTE_MS;
const HISTORY_DAYS = 30;

/** One line of an alarm's timeline: what happened to it, or a command at its point. */
export type TimelineEntry =
  | {
      readonly kind: 'ALARM';
      readonly atMs: number;
      readonly event: string;
      readonly actor: string;
      readonly detail: Readonly<Record<string, unknown>> | null;
      readonly told: readonly string[] | null;
      readonly missed: readonly string[] | null;
      readonly assignee: string | null;
    }
  | {
      readonly kind: 'COMMAND';
      readonly atMs: number;
      readonly action: LiveCommand['action'];
      readonly state: LiveCommand['state'];
      /** Who asked, and who consented where a second person had to. */
      readonly requestedBy: string | null;
      readonly approvedBy: string | null;
      readonly reason: string;
    }
  | {
      /** A message about it: to whom, over what, and how that stands. */
      readonly kind: 'MESSAGE';
      readonly atMs: number;
      readonly channel: NoticeChannel;
      readonly state: DeliveryState;
      readonly failure: string | null;
      /** Person of staff or group; empty: somebody who lives there. */
      readonly receiver: string;
    };

/** Load on one floor below a feeder, W. */
export interface FloorLoad {
  readonly name: string;
  readonly nameEn: string | null;
  readonly powerW: number;
}

/** A room below a feeder that draws more than it may. */
export interface RoomOver {
  readonly pointCode: string;
  readonly spaceCode: string;
  readonly powerW: number;
  readonly limitW: number;
  readonly command: LiveCommand | null;
}

export interface AlarmDetail {
  readonly asOfMs: number;
  readonly alarm: LiveAlarm;
  readonly context: AlarmContext;
  /** Catalogue of the rule; null for one that is not in it. */
  readonly rule: Pick<AlarmRule, 'code' | 'actWithinMs' | 'firstAction'> | null;
  readonly shelveLimitMs: number;
  readonly meter: {
    readonly code: string;
    readonly intervalMs: number;
    readonly limitW: number | null;
  } | null;
  /** Load around it; `measured` is what its rule judged instead, where that is another measure of the readings. */
  readonly trace: LoadTrace | null;
  readonly measure: AlarmMeasure | null;
  readonly measured: MeasuredTrace | null;
  readonly sinceMs: number;
  /** What the rule saw beyond value and limit. */
  readonly evidence: AlarmEvidence;
  readonly residents: number | null;
  /** For a feeder: what draws on it. */
  readonly below: {
    readonly floors: readonly FloorLoad[];
    readonly lossW: number | null;
    readonly rooms: number;
    readonly over: readonly RoomOver[];
  } | null;
  /** For anything below a feeder: how that one stands. */
  readonly above: {
    readonly code: string;
    readonly powerW: number | null;
    readonly capacityW: number | null;
    readonly roomsOver: number;
  } | null;
  readonly earlier: readonly SameObjectRow[];
  readonly earlierDays: number;
  readonly staff: readonly {
    readonly name: string;
    readonly role: string;
    readonly contact: string | null;
  }[];
  readonly verdicts: AlarmVerdicts;
  /** The viewer lives there, or did when it was raised: others judge it. */
  readonly ownAlarm: boolean;
  /** What may be proposed as allowed in its room, where it was no forbidden load. */
  readonly allowance: LoadAllowance | null;
  readonly timeline: readonly TimelineEntry[];
}

/** Everything on an alarm's page. @throws DomainError `notFound` outside the scope */
export async function readAlarm(
  deps: ReadDeps,
  caller: Caller,
  scope: ScopeFilter,
  alarmId: number,
): Promise<AlarmDetail> {
  const alarm = await findAlarm(deps.reader, scope, alarmId);
  if (!alarm) throw new DomainError('notFound', 'ALARM', `There is no alarm ${alarmId}.`);
  const nowMs = deps.engine.clock.now();
  const campusId = caller.campus.id;
  const [context] = await alarmContexts(deps, caller, [alarm], nowMs);
  const point = alarm.pointCode
    ? ((await alarmPoints(deps.reader, campusId, [alarm.pointCode], nowMs, 0))[0] ?? null)
    : null;
  const earlier = await sameObjectAlarms(deps.reader, scope, alarm.id, nowMs - HISTORY_DAYS * DAY_MS);
  const isFeeder = point?.role === 'FEEDER';
  const sight = alarmSight(caller, alarm.spacePath);
  // What a room draws minute by minute is for those alone who see rooms live, also where others see its alarm.
  const seesLoad = !context!.point?.isRoom || sight.roomUse;
  const trace =
    point?.meterId != null && point.utility === 'ELECTRICITY' && seesLoad
      ? await loadTrace(deps, { id: point.meterId, intervalMs: point.intervalMs }, traceRange(alarm, nowMs), [
          alarm,
        ])
      : null;
  const measure = alarmMeasure(alarm.rule, alarm.evidence.sign);
  const measured =
    point?.meterId != null && seesLoad && isReadingMeasure(measure)
      ? await measuredTrace(
          deps,
          { id: point.meterId, intervalMs: point.intervalMs },
          measure,
          traceRange(alarm, nowMs),
        )
      : null;
  const room =
    context!.point?.isRoom && caller.permission('CUT') !== null
      ? await findRoom(deps.reader, scope, context!.point.spaceCode)
      : null;
  const rule = Object.hasOwn(ALARM_CATALOGUE, alarm.rule)
    ? ALARM_CATALOGUE[alarm.rule as keyof typeof ALARM_CATALOGUE]
    : null;
  const events = await listAlarmEvents(deps.reader, alarm.id);
  return {
    asOfMs: nowMs,
    alarm: liveAlarm(alarm, sight),
    context: context!,
    rule: rule && {
      code: rule.code,
      actWithinMs: actWithinMs(`P${alarm.priority}`),
      firstAction: rule.firstAction,
    },
    shelveLimitMs: shelveLimitMs(`P${alarm.priority}`),
    meter: point?.meterCode
      ? {
          code: point.meterCode,
          intervalMs: point.intervalMs,
          limitW: isFeeder ? point.capacityW : point.limitW,
        }
      : null,
    trace,
    measure,
    measured,
    sinceMs: alarm.sinceMs,
    evidence: await evidenceNow(deps, alarm, point, sight.roomUse),
    residents: room?.residents ?? null,
    below: isFeeder && point ? await belowFeeder(deps, caller, point.code, scope, nowMs) : null,
    above: point?.feeder && !isFeeder ? await aboveOf(deps, campusId, point.feeder, nowMs) : null,
    earlier,
    earlierDays: HISTORY_DAYS,
    staff: await responsibleStaff(deps.reader, alarm.spacePath ?? [], new Date(nowMs)),
    allowance: loadAllowance(caller, alarm),
    verdicts: await readVerdicts(deps, alarm, events),
    ownAlarm: await livesAtAlarm(deps.reader, caller.actor, alarm.id),
    timeline: await timelineOf(deps, caller, scope, alarm, events),
  };
}

/** The evidence kept with the alarm; while a loss stands, its days are those that the feeder's own page counts now. */
async function evidenceNow(
  deps: ReadDeps,
  alarm: AlarmView,
  point: { readonly id: number } | null,
  seesUse: boolean,
): Promise<AlarmEvidence> {
  const evidence = alarmEvidence(seenEvidence(alarm, seesUse));
  if (alarm.rule !== 'NON_TECHNICAL_LOSS' || !alarm.active || point === null) return evidence;
  const [row] = await lossStates(deps.reader, [point.id]);
  const days = (row?.state as NonTechnicalLossState | null | undefined)?.daysOver ?? 0;
  return days > 0 ? { ...evidence, figures: { ...evidence.figures, days } } : evidence;
}

/** The quarter hour up to now, or around the episode once it is over. */
function traceRange(alarm: AlarmView, nowMs: number): { fromMs: number; toMs: number } {
  const endMs = alarm.endedMs ?? alarm.returnedMs;
  const toMs = endMs !== null && nowMs - endMs > BEFORE_MS ? endMs + AFTER_END_MS : nowMs;
  return {
    fromMs: Math.min(toMs - BEFORE_MS, Math.max(alarm.sinceMs - 5 * MINUTE_MS, toMs - 60 * MINUTE_MS)),
    toMs,
  };
}

/** What draws on a feeder. Who may not see its rooms live is told of none of them, and no sum of so few that it would tell of each. */
async function belowFeeder(
  deps: ReadDeps,
  caller: Caller,
  feederCode: string,
  scope: ScopeFilter,
  nowMs: number,
): Promise<AlarmDetail['below']> {
  const campusId = caller.campus.id;
  const children = await feederChildren(deps.reader, campusId, feederCode);
  const fresh = children.filter((child) => isFresh(child, nowMs));
  const seesLive = (child: FeederChildRow) => mayAt(caller, 'VIEW_LIVE_ROOM', child.spacePath);
  const maySum = (some: readonly FeederChildRow[]) => some.length >= ROOMS_OF_A_SUM || some.every(seesLive);
  const floors = new Map<string, FloorLoad>();
  for (const child of fresh) {
    if (child.floorName === null) continue;
    if (!maySum(fresh.filter(({ floorName }) => floorName === child.floorName))) continue;
    const floor = floors.get(child.floorName);
    floors.set(child.floorName, {
      name: child.floorName,
      nameEn: child.floorNameEn,
      powerW: (floor?.powerW ?? 0) + (child.powerW ?? 0),
    });
  }
  const feederW = (await pointPowers(deps.reader, campusId, [feederCode])).get(feederCode);
  const measuredW = fresh.reduce((sum, child) => sum + (child.powerW ?? 0), 0);
  const over: RoomOver[] = [];
  for (const child of fresh
    .filter((one) => isOver(one) && seesLive(one))
    .sort((a, b) => b.powerW! - a.powerW!)) {
    const [newest] = await listPointCommands(deps.reader, scope, child.code, 1);
    const command = newest && newest.finishedMs === null ? liveCommand(newest) : null;
    over.push({
      pointCode: child.code,
      spaceCode: child.spaceCode,
      powerW: child.powerW!,
      limitW: child.limitW!,
      command,
    });
  }
  return {
    floors: [...floors.values()],
    // A loss is only a loss while every meter below is heard.
    lossW:
      feederW !== undefined && fresh.length === children.length && maySum(children)
        ? feederW - measuredW
        : null,
    rooms: children.filter((child) => child.spaceKind === 'ROOM').length,
    over,
  };
}

async function aboveOf(
  deps: ReadDeps,
  campusId: number,
  feederCode: string,
  nowMs: number,
): Promise<AlarmDetail['above']> {
  const [feeder] = await alarmPoints(deps.reader, campusId, [feederCode], nowMs, nowMs);
  if (!feeder) return null;
  const powers = await pointPowers(deps.reader, campusId, [feederCode]);
  const children = await feederChildren(deps.reader, campusId, feederCode);
  return {
    code: feederCode,
    powerW: powers.get(feederCode) ?? null,
    capacityW: feeder.capacityW,
    roomsOver: children.filter((child) => isFresh(child, nowMs) && isOver(child)).length,
  };
}

const isFresh = (child: FeederChildRow, nowMs: number): boolean =>
  child.lastRxMs !== null && nowMs - child.lastRxMs <= 4 * child.intervalMs;

const isOver = (child: FeederChildRow): boolean =>
  child.powerW !== null && child.limitW !== null && child.powerW > child.limitW;

async function timelineOf(
  deps: ReadDeps,
  caller: Caller,
  scope: ScopeFilter,
  alarm: AlarmView,
  events: readonly AlarmEventView[],
): Promise<TimelineEntry[]> {
  // Of one instant the later stands first, as everywhere: the sort below keeps the order of equals.
  const entries: TimelineEntry[] = events.toReversed().map((event) => ({ kind: 'ALARM', ...event }));
  if (alarm.pointCode !== null && caller.permission('VIEW_COMMANDS') !== null) {
    for (const row of await listPointCommands(deps.reader, scope, alarm.pointCode, 20)) {
      const command = liveCommand(row);
      if (!command || command.action === 'READ' || command.changedAt < alarm.sinceMs - MINUTE_MS) continue;
      entries.push(
        ...command.steps.map(
          (step): TimelineEntry => ({
            kind: 'COMMAND',
            atMs: step.at,
            action: command.action,
            state: step.state,
            requestedBy: command.requestedBy,
            approvedBy: command.approvedBy,
            reason: command.reason,
          }),
        ),
      );
    }
  }
  for (const sent of await listAlarmDeliveries(deps.reader, alarm.id))
    entries.push({
      kind: 'MESSAGE',
      atMs: sent.sentMs ?? sent.createdMs,
      channel: sent.channel,
      state: sent.state,
      failure: sent.reason,
      receiver: sent.receiver,
    });
  return entries.sort((a, b) => b.atMs - a.atMs);
}
