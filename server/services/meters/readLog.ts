import type { LiveCommand } from '../../../contracts/liveEvents';
import { listPointCommands } from '../../../db/queries/commandViews';
import { listMeterAlarms, listPositionChanges, type MeterAlarmRow } from '../../../db/queries/meterLog';
import { alarmBaseState } from '../../../domain/alarms/alarm';
import type { Caller } from '../../auth/caller';
import { liveCommand } from '../../live/shapes';
import type { ReadDeps } from '../deps';
import { openMeter } from './meterRights';

const DAY_MS = 86_400_000;
const DAYS = 30;
/** Positions are looked for in every reading, so not as far back. */
const POSITION_DAYS = 3;
const ITEMS = 60;

/** One entry of a meter's log. */
export type MeterEvent =
  | { readonly kind: 'COMMAND'; readonly atMs: number; readonly command: LiveCommand }
  /** A reading showed the relay or valve elsewhere than the one before; 1 closed (a valve: open), 0 open (a valve: shut). */
  | { readonly kind: 'POSITION'; readonly atMs: number; readonly contact: number }
  | {
      readonly kind: 'ALARM';
      readonly atMs: number;
      readonly id: string;
      readonly rule: string;
      readonly priority: MeterAlarmRow['priority'];
      readonly state: ReturnType<typeof alarmBaseState>;
      readonly returnedMs: number | null;
    };

export interface MeterLog {
  /** Newest first. */
  readonly events: readonly MeterEvent[];
  /** How many there were; the list may hold fewer. */
  readonly total: number;
  readonly days: number;
  readonly positionDays: number;
}

/**
 * What was asked of a meter, how its relay was seen to move, and its alarms, since it was fitted here; as far as the viewer may
 * see them. @throws DomainError `forbidden`, `notFound`
 */
export async function readMeterLog(deps: ReadDeps, caller: Caller, code: string): Promise<MeterLog> {
  const { meter, scope, rights } = await openMeter(deps, caller, code);
  const toMs = Math.min(deps.engine.clock.now(), meter.removedMs ?? Number.POSITIVE_INFINITY);
  const fromMs = Math.max(toMs - DAYS * DAY_MS, meter.fittedMs);
  const events: MeterEvent[] = [];
  if (rights.commands) {
    for (const row of await listPointCommands(deps.reader, scope, meter.pointCode, 100)) {
      const command = row.meterCode === meter.code ? liveCommand(row) : null;
      if (command && command.createdAt >= fromMs)
        events.push({ kind: 'COMMAND', atMs: command.createdAt, command });
    }
  }
  const positions = await listPositionChanges(deps.reader, meter.id, {
    fromMs: Math.max(fromMs, toMs - POSITION_DAYS * DAY_MS),
    toMs,
    limit: 100,
  });
  events.push(...positions.map((one): MeterEvent => ({ kind: 'POSITION', ...one })));
  if (rights.alarms) {
    const about = { meterId: meter.id, pointId: meter.pointId };
    const alarms = await listMeterAlarms(deps.reader, scope, about, { fromMs, toMs, limit: 100 });
    events.push(...alarms.map(alarmEvent));
  }
  events.sort((a, b) => b.atMs - a.atMs);
  return { events: events.slice(0, ITEMS), total: events.length, days: DAYS, positionDays: POSITION_DAYS };
}

function alarmEvent({ id, rule, priority, raisedMs, returnedMs, ...row }: MeterAlarmRow): MeterEvent {
  const condition = row.active ? 'ACTIVE' : 'NORMAL';
  return {
    kind: 'ALARM',
    atMs: raisedMs,
    id: String(id),
    rule,
    priority,
    state: row.endedMs === null ? alarmBaseState({ ...row, condition }) : 'NORMAL',
    returnedMs,
  };
}
