import { findAlarm } from '../../../db/queries/alarmViews';
import { meterHours } from '../../../db/queries/campusLoad';
import { feedersOfFewRooms } from '../../../db/queries/fewRooms';
import { meterOfPoint } from '../../../db/queries/findings';
import type { ScopeFilter } from '../../../db/queries/scope';
import { FINDING_RULES } from '../../../domain/alarms/findings';
import { DomainError } from '../../../domain/errors';
import { usualBand } from '../../../domain/network/usualBand';
import { campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import { mayAt } from '../alarms/alarmRights';
import { floorHour, HOUR_MS, hoursFrom } from '../campus/loadModel';
import type { ReadDeps } from '../deps';
import { staffScope } from '../meters/meterRights';
import { pointOfFinding } from './viewFindings';

const BEFORE_HOURS = 72;
const AFTER_HOURS = 24;
const WEEKS = 4;

/** Mean power (electricity, W) or flow (water, m³/h) by hour around a finding, with what is usual in each. */
export interface FindingHours {
  readonly meter: string;
  readonly utility: 'ELECTRICITY' | 'WATER';
  readonly fromMs: number;
  readonly toMs: number;
  readonly hours: readonly {
    readonly atMs: number;
    readonly value: number | null;
    readonly usual: { readonly low: number; readonly median: number; readonly high: number } | null;
  }[];
}

/**
 * The hours around a finding, of the meter that it is about. Null where the viewer may not see what a room uses (a feeder of few rooms tells of each), and where no
 * meter is named. @throws DomainError `notFound` outside the scope, or of an alarm that is no finding
 */
export async function findingHours(
  deps: ReadDeps,
  caller: Caller,
  scope: ScopeFilter,
  alarmId: number,
): Promise<FindingHours | null> {
  const alarm = await findAlarm(deps.reader, scope, alarmId);
  if (!alarm || !isFinding(alarm.rule))
    throw new DomainError('notFound', 'ALARM', `There is no finding ${alarmId}.`);
  const point = pointOfFinding(alarm);
  const meter = point === null ? null : await meterOfPoint(deps.reader, scope, point);
  if (!meter) return null;
  if (meter.inRoom && !mayAt(caller, 'VIEW_LIVE_ROOM', alarm.spacePath)) return null;
  const seen = staffScope(caller, 'VIEW_LIVE_ROOM');
  if (meter.isFeeder && (await feedersOfFewRooms(deps.reader, scope, seen, [meter.pointId])).size > 0)
    return null;
  const nowMs = deps.engine.clock.now();
  const zone = campusZone(caller.campus.timeZone);
  const toMs = Math.min(floorHour(alarm.raisedMs) + AFTER_HOURS * HOUR_MS, floorHour(nowMs));
  const fromMs = toMs - (BEFORE_HOURS + AFTER_HOURS) * HOUR_MS;
  const shown = hoursFrom(fromMs, BEFORE_HOURS + AFTER_HOURS);
  const before = (hourMs: number) => {
    const { year, month, day, startMs } = zone.dayAt(hourMs);
    return Array.from(
      { length: WEEKS },
      (_, week) => zone.utcOf(year, month, day - 7 * (week + 1)) + (hourMs - startMs),
    );
  };
  const rows = await meterHours(
    deps.reader,
    [meter.meterId],
    [...new Set([...shown, ...shown.flatMap(before)])],
  );
  // The roll-up keeps thousandths: W of electricity, dm³/h of water.
  const scale = meter.utility === 'WATER' ? 1e-3 : 1;
  const values = new Map(rows.map(({ hourMs, powerW }) => [hourMs, powerW * scale]));
  return {
    meter: meter.code,
    utility: meter.utility === 'WATER' ? 'WATER' : 'ELECTRICITY',
    fromMs,
    toMs,
    hours: shown.map((hourMs) => {
      const band = usualBand(before(hourMs).flatMap((at) => values.get(at) ?? []));
      return {
        atMs: hourMs,
        value: values.get(hourMs) ?? null,
        usual: band && { low: band.low, median: band.median, high: band.high },
      };
    }),
  };
}

function isFinding(rule: string): boolean {
  return (FINDING_RULES as readonly string[]).includes(rule);
}
