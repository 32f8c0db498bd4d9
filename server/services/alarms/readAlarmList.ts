import type { LiveAlarm, LiveCommand } from '../../../contracts/liveEvents';
import { type AlarmPointRow, alarmPoints, placePaths } from '../../../db/queries/alarmDetails';
import { type AlarmView, listAlarms, listEndedAlarms } from '../../../db/queries/alarmViews';
import { commandsByIds } from '../../../db/queries/commandViews';
import type { PlaceStep } from '../../../db/queries/rooms';
import type { ScopeFilter } from '../../../db/queries/scope';
import type { Caller } from '../../auth/caller';
import { rolesThatMay } from '../../auth/permissions';
import type { Role } from '../../auth/roles';
import { liveAlarm, liveCommand } from '../../live/shapes';
import type { ReadDeps } from '../deps';
import { type AlarmRights, alarmRights, alarmSight } from './alarmRights';

const OPEN_MAX = 1_000;
const LEFT_WITHIN_MS = 30 * 60_000;
const LEFT_MAX = 20;
/** A switching command older than this no longer speaks for the state of an alarm's row, unless it is a cut that stands. */
const COMMAND_FRESH_MS = 30 * 60_000;

/** What stands beside an alarm on its row and can't be told from the alarm itself. */
export interface AlarmContext {
  readonly id: string;
  readonly path: readonly PlaceStep[];
  readonly point: {
    readonly code: string;
    readonly name: string | null;
    readonly nameEn: string | null;
    readonly role: AlarmPointRow['role'];
    readonly isRoom: boolean;
    readonly spaceCode: string;
    readonly hasRelay: boolean;
    /** Its contact as measured last; null: unknown, none, or withheld from who sees no commands. */
    readonly closed: boolean | null;
    readonly protection: AlarmPointRow['protection'];
  } | null;
  /** The feeder that supplies the point, or the point itself where it is a feeder. */
  readonly feeder: string | null;
  readonly gateway: string | null;
  /** Who has the control panel of the point open. */
  readonly armedBy: { readonly name: string; readonly mine: boolean } | null;
  readonly command: LiveCommand | null;
  readonly rights: AlarmRights;
}

export interface AlarmList {
  readonly asOfMs: number;
  readonly contexts: readonly AlarmContext[];
  /** Episodes that left the list lately, newest first. */
  readonly left: readonly LiveAlarm[];
  /** For whoever sees alarms about money alone: the roles that see those of places; null: the viewer sees them too. */
  readonly placesSeenBy: readonly Role[] | null;
}

/** Context of all open alarms within the viewer's scope, and what left the list in the last 30 min. */
export async function readAlarmList(deps: ReadDeps, caller: Caller, scope: ScopeFilter): Promise<AlarmList> {
  const nowMs = deps.engine.clock.now();
  const open = await listAlarms(deps.reader, scope, {
    open: true,
    priority: null,
    rule: null,
    beforeId: null,
    limit: OPEN_MAX,
  });
  const left = await listEndedAlarms(deps.reader, scope, nowMs - LEFT_WITHIN_MS, LEFT_MAX);
  return {
    asOfMs: nowMs,
    contexts: await alarmContexts(deps, caller, [...open, ...left], nowMs),
    left: left.map((row) => liveAlarm(row, alarmSight(caller, row.spacePath))),
    placesSeenBy: caller.permission('VIEW_ALARMS') === null ? rolesThatMay('VIEW_ALARMS') : null,
  };
}

/** Contexts of these alarms, in their order. */
export async function alarmContexts(
  deps: ReadDeps,
  caller: Caller,
  alarms: readonly AlarmView[],
  nowMs: number,
): Promise<AlarmContext[]> {
  const campusId = caller.campus.id;
  const pointCodes = [...new Set(alarms.flatMap((alarm) => alarm.pointCode ?? []))];
  const points = new Map(
    (await alarmPoints(deps.reader, campusId, pointCodes, nowMs, nowMs - COMMAND_FRESH_MS)).map((point) => [
      point.code,
      point,
    ]),
  );
  const paths = await placePaths(
    deps.reader,
    campusId,
    alarms.flatMap((alarm) => alarm.spaceCode ?? []),
  );
  const ids = [...points.values()].flatMap((point) => point.commandId ?? []);
  const commands = new Map((await commandsByIds(deps.reader, ids)).map((row) => [row.id, liveCommand(row)]));
  const mayCommands = caller.permission('VIEW_COMMANDS') !== null;
  return alarms.map((alarm) => {
    const point = alarm.pointCode === null ? null : (points.get(alarm.pointCode) ?? null);
    return {
      id: String(alarm.id),
      path: alarm.spaceCode === null ? [] : (paths.get(alarm.spaceCode) ?? []),
      point: point && {
        code: point.code,
        name: point.name,
        nameEn: point.nameEn,
        role: point.role,
        isRoom: point.spaceKind === 'ROOM',
        spaceCode: point.spaceCode,
        hasRelay: point.hasRelay,
        closed: mayCommands && point.hasRelay && point.relay !== null ? point.relay === 1 : null,
        protection: point.protection,
      },
      feeder: point === null ? null : point.role === 'FEEDER' ? point.code : point.feeder,
      gateway: alarm.gatewayCode ?? point?.gateway ?? null,
      armedBy:
        point !== null && point.leaseBy !== null
          ? { name: point.leaseBy, mine: point.leaseUserId === (caller.user?.id ?? null) }
          : null,
      command: mayCommands && point?.commandId ? (commands.get(point.commandId) ?? null) : null,
      rights: alarmRights(caller, alarm.priority, alarm.spacePath),
    };
  });
}
