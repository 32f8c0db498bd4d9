import { CampusZone } from '../../domain/time/campusTime';

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;
const HOUR_MS = 3_600_000;
const zones = new Map<string, CampusZone>();

/**
 * Instant of a Tasmota `Time`, ms UTC. Without an offset it is wall time of the meter's own zone; in a repeated hour the
 * occurrence nearer to the arrival is meant. Null when it can't be known: no zone configured, or no time of this form.
 */
export function tasmotaTime(text: unknown, zoneName: string | null, rxMs: number): number | null {
  const match = typeof text === 'string' ? FORM.exec(text) : null;
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  if (match[7] !== undefined) {
    const instant = Date.parse(match[0]);
    return Number.isNaN(instant) ? null : instant;
  }
  const zone = zoneName === null ? null : zoneOf(zoneName);
  if (!zone) return null;
  const first = zone.utcOf(year, month, day, hour * 60 + minute) + second * 1_000;
  const repeated = first + HOUR_MS;
  const again = zone.wallAt(repeated);
  const isRepeated = again.hour === hour && again.minute === minute && again.day === day;
  return isRepeated && Math.abs(rxMs - repeated) < Math.abs(rxMs - first) ? repeated : first;
}

function zoneOf(name: string): CampusZone | null {
  const known = zones.get(name);
  if (known) return known;
  try {
    const zone = new CampusZone(name);
    zones.set(name, zone);
    return zone;
  } catch {
    return null;
  }
}
