import type { LiveAlarm } from '../../contracts/liveEvents';
import { shareCause } from '../../domain/alarms/commonCause';
import type { AlarmContext } from './alarmData';

/** An alarm with what stands beside it on its row. */
export interface AlarmRow {
  readonly alarm: LiveAlarm;
  /** Null until the list's context has come. */
  readonly context: AlarmContext | null;
}

/** What holds alarms of a list together. */
export interface IncidentCause {
  /** By building, rule or as a mere count only in a flood. */
  readonly kind: 'FEEDER' | 'GATEWAY' | 'BUILDING' | 'RULE' | 'COUNTED';
  readonly code: string;
  /** Whether they follow from it; else they are merely near each other. */
  readonly isShared: boolean;
}

/** Alarms that stand together, or a single alarm (`cause` null). */
export interface Incident {
  readonly key: string;
  readonly cause: IncidentCause | null;
  readonly rows: readonly AlarmRow[];
  /** Whether a card of the flood view shows its rows; undefined: it is no card. */
  readonly open?: boolean;
}

/** Places with alarms that make an incident of a cause which has no alarm itself. */
const MEMBERS_MIN = 2;

/** Names what holds the alarms together, and whether they follow from it: what has returned explains nothing that came since. */
export function causeOf(
  kind: IncidentCause['kind'],
  code: string,
  rows: readonly AlarmRow[],
  causes: AlarmedCauses,
): IncidentCause {
  const rules = rows.map(({ alarm }) => alarm.rule);
  const isShared =
    (kind === 'FEEDER' || kind === 'GATEWAY') &&
    shareCause(kind, rules, causes.get(`${kind}:${code}`) === true);
  return { kind, code, isShared };
}

/**
 * Groups a list by what its alarms stand below: a feeder, then a gateway that is alarmed. The cause's own alarm may be among the
 * rows, or stand elsewhere (P1 has a region of its own), so `causes` names them. The order of the
 * given rows is kept: an incident stands where its first row stood.
 */
export function groupIncidents(rows: readonly AlarmRow[], causes: AlarmedCauses): Incident[] {
  const byFeeder = members(rows, (row) => row.context?.feeder ?? null);
  const byGateway = members(rows, (row) => row.context?.gateway ?? null);
  const incidents: Incident[] = [];
  const placed = new Set<AlarmRow>();
  const groupOf = (kind: 'FEEDER' | 'GATEWAY', code: string, found: readonly AlarmRow[]) => {
    const free = found.filter((row) => !placed.has(row));
    const alarmed = causes.has(`${kind}:${code}`);
    const others = free.filter((row) => !isCauseItself(row, kind, code));
    // Two alarms of one room say nothing of what supplies it.
    if (alarmed ? others.length === 0 : placesOf(free).size < MEMBERS_MIN) return null;
    for (const row of free) placed.add(row);
    const cause = causeOf(kind, code, free, causes);
    return { key: `${kind}:${code}`, cause, rows: worstFirst(free, kind, code) };
  };
  for (const row of rows) {
    if (placed.has(row)) continue;
    const { feeder = null, gateway = null } = row.context ?? {};
    const group =
      (feeder !== null && groupOf('FEEDER', feeder, byFeeder.get(feeder) ?? [])) ||
      (gateway !== null &&
        causes.has(`GATEWAY:${gateway}`) &&
        groupOf('GATEWAY', gateway, byGateway.get(gateway) ?? []));
    if (group) incidents.push(group);
    else {
      placed.add(row);
      incidents.push({ key: row.alarm.id, cause: null, rows: [row] });
    }
  }
  return incidents;
}

/** Gateways and feeders that have an alarm of their own, `GATEWAY:GW-14`, and whether its condition still stands. */
export type AlarmedCauses = ReadonlyMap<string, boolean>;

/** What of a list is an alarm of a gateway or feeder itself. */
export function alarmedCauses(rows: readonly AlarmRow[]): AlarmedCauses {
  const causes = new Map<string, boolean>();
  const add = (cause: string, stands: boolean) => causes.set(cause, stands || causes.get(cause) === true);
  for (const { alarm } of rows) {
    const stands = alarm.returnedAt === null;
    if (alarm.rule.startsWith('FEEDER') && alarm.place.point) add(`FEEDER:${alarm.place.point}`, stands);
    if (alarm.rule === 'GATEWAY_OFFLINE' && alarm.place.gateway)
      add(`GATEWAY:${alarm.place.gateway}`, stands);
  }
  return causes;
}

function members(
  rows: readonly AlarmRow[],
  keyOf: (row: AlarmRow) => string | null,
): Map<string, AlarmRow[]> {
  const groups = new Map<string, AlarmRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

function isCauseItself({ alarm }: AlarmRow, kind: 'FEEDER' | 'GATEWAY', code: string): boolean {
  return kind === 'FEEDER'
    ? alarm.rule.startsWith('FEEDER') && alarm.place.point === code
    : alarm.rule === 'GATEWAY_OFFLINE' && alarm.place.gateway === code;
}

/** By priority as everywhere; the cause's own alarm before others of its priority. */
function worstFirst(rows: readonly AlarmRow[], kind: 'FEEDER' | 'GATEWAY', code: string): AlarmRow[] {
  return [...rows].sort(
    (a, b) =>
      a.alarm.priority - b.alarm.priority ||
      Number(isCauseItself(b, kind, code)) - Number(isCauseItself(a, kind, code)),
  );
}

/** Where the alarms stand: their rooms, else the things themselves. */
function placesOf(rows: readonly AlarmRow[]): Set<string> {
  return new Set(rows.map(({ alarm: { id, place } }) => place.space ?? place.point ?? place.meter ?? id));
}
