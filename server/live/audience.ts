import { createHash } from 'node:crypto';
import { spaceIdsWithin } from '../../db/queries/liveTopology';
import type { Source } from '../../db/queries/scope';
import { MONEY_RULES } from '../../domain/alarms/alarmCatalogue';
import { type Action, permissionFor } from '../auth/permissions';
import type { Viewer } from '../auth/session';
import type { AlarmSight } from './shapes';

/** Spaces in which something may be seen: all of the campus, some, or (null) none. */
export type Reach = 'ALL' | ReadonlySet<number> | null;

/**
 * What a viewer may see of the live data. Viewers of equal rights share one audience, hence one channel per room: its
 * messages are filtered and encoded once, whoever listens.
 */
export interface Audience {
  /** Equal for equal rights. */
  readonly key: string;
  readonly campusId: number;
  readonly display: boolean;
  readonly overview: Reach;
  readonly values: Reach;
  readonly bands: Reach;
  readonly money: Reach;
  readonly alarms: Reach;
  /** Alarms about money too, wherever they stand. */
  readonly moneyAlarms: boolean;
  readonly commands: Reach;
}

const MONEY: ReadonlySet<string> = new Set(MONEY_RULES);

const REACHES = {
  overview: 'VIEW_OVERVIEW',
  values: 'VIEW_LIVE_ROOM',
  bands: 'VIEW_BAND',
  money: 'VIEW_MONEY',
  alarms: 'VIEW_ALARMS',
  commands: 'VIEW_COMMANDS',
} as const satisfies Record<string, Action>;

type Reaches = Record<keyof typeof REACHES, Reach>;

/** The audience that a viewer belongs to. @param at instant at which assignments and occupancies are judged */
export async function audienceOf(source: Source, viewer: Viewer, at: Date): Promise<Audience> {
  if (viewer.kind === 'DISPLAY') {
    const reaches: Reaches = {
      overview: 'ALL',
      values: null,
      bands: null,
      money: null,
      // A wall shows alarms without the names of persons.
      alarms: 'ALL',
      commands: null,
    };
    return {
      ...reaches,
      moneyAlarms: false,
      key: `display-${viewer.campus.id}`,
      campusId: viewer.campus.id,
      display: true,
    };
  }
  const reaches = {} as Reaches;
  for (const [name, action] of Object.entries(REACHES) as [keyof Reaches, Action][]) {
    const permission = permissionFor(viewer, action, at);
    reaches[name] = !permission
      ? null
      : permission.scope.campusWide
        ? 'ALL'
        : new Set(await spaceIdsWithin(source, permission.scope));
  }
  const moneyAlarms = permissionFor(viewer, 'VIEW_MONEY_ALARMS', at)?.scope.campusWide ?? false;
  const key = `${keyOf(viewer.campus.id, reaches)}${moneyAlarms ? '-money' : ''}`;
  return { ...reaches, moneyAlarms, key, campusId: viewer.campus.id, display: false };
}

function keyOf(campusId: number, reaches: Reaches): string {
  const text = Object.entries(reaches)
    .map(
      ([name, reach]) =>
        `${name}:${reach instanceof Set ? [...reach].sort((a, b) => a - b).join(',') : reach}`,
    )
    .join(';');
  return `${campusId}-${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
}

/** Whether a place lies within a reach; what has no place is seen campus-wide only. */
export function reaches(reach: Reach, spaceId: number | null): boolean {
  if (reach === null) return false;
  return reach === 'ALL' || (spaceId !== null && reach.has(spaceId));
}

/** Whether an audience sees an alarm. */
export function seesAlarm(
  audience: Pick<Audience, 'alarms' | 'moneyAlarms'>,
  alarm: { readonly rule: string; readonly spaceId: number | null },
): boolean {
  return reaches(audience.alarms, alarm.spaceId) || (audience.moneyAlarms && MONEY.has(alarm.rule));
}

/** What of an alarm an audience sees. */
export function sightOf(
  { display, values }: Pick<Audience, 'display' | 'values'>,
  alarm: { readonly spaceId: number | null },
): AlarmSight {
  return { names: !display, roomUse: reaches(values, alarm.spaceId) };
}

/** Whether any place at all lies within a reach. */
export function reachesAnything(reach: Reach): boolean {
  return reach === 'ALL' || (reach !== null && reach.size > 0);
}
