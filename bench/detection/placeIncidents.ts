import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';
import { unit, wholeBetween } from '../../simulator/random';
import type { IncidentKind } from './incidentKind';
import { INCIDENT_KINDS } from './incidents';

const DAY_MS = 86_400_000;

export interface Incident {
  readonly kind: IncidentKind;
  readonly meter: SimulatedMeter;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Distance between two incidents of one meter: each is over, and forgotten, before the next. */
const APART_MS = 2 * DAY_MS;
const MOST_TRIES = 1_000;

/** Meters at which an incident shows: its own, and where it spreads those directly below. @param meters by their index */
export function struckBy({ kind, meter }: Incident, meters: readonly SimulatedMeter[]): SimulatedMeter[] {
  if (!kind.spreads) return [meter];
  return [meter, ...meter.load.children.map((index) => meters[index]!)];
}

/** When and where the incidents of a month happen; the same for the same seed. In order of time. */
export function incidentsOf(
  seed: number,
  meters: readonly SimulatedMeter[],
  monthMs: number,
  days: number,
): Incident[] {
  const taken = new Map<SimulatedMeter, Incident[]>();
  const all: Incident[] = [];
  for (const [row, kind] of INCIDENT_KINDS.entries()) {
    const fit = meters.filter(kind.at);
    // A small campus has no gas, for one: the table says that nothing was done to it.
    if (fit.length === 0) continue;
    for (let n = 0, tries = 0; n < kind.count; tries++) {
      const key = seed + row * 10_007 + n * 101 + tries * 7_919;
      const incident = placeOf(kind, fit, key, monthMs, days);
      const struck = struckBy(incident, meters);
      const clear = struck.every((meter) =>
        (taken.get(meter) ?? []).every(
          ({ fromMs, toMs }) => incident.fromMs > toMs + APART_MS || incident.toMs + APART_MS < fromMs,
        ),
      );
      if (!clear && tries < MOST_TRIES) continue;
      // On a small campus fewer happen than `count` says: never two at a meter at once.
      if (!clear) break;
      for (const meter of struck) taken.set(meter, [...(taken.get(meter) ?? []), incident]);
      all.push(incident);
      n++;
    }
  }
  return all.sort((a, b) => a.fromMs - b.fromMs);
}

function placeOf(
  kind: IncidentKind,
  fit: readonly SimulatedMeter[],
  key: number,
  monthMs: number,
  days: number,
): Incident {
  const meter = fit[Math.floor(unit(key, 1) * fit.length)]!;
  const [shortest, longest] = kind.forMs;
  const lastDay = Math.max(1, Math.min(kind.untilDay ?? days, days - 3));
  const day = wholeBetween(1, lastDay, key, 2);
  const [fromHour, toHour] = kind.hours;
  const second = Math.floor((fromHour + unit(key, 3) * (toHour - fromHour)) * 3_600);
  const fromMs = monthMs + day * DAY_MS + second * 1_000;
  const toMs = fromMs + Math.round(shortest + unit(key, 4) * (longest - shortest));
  return { kind, meter, fromMs, toMs };
}
