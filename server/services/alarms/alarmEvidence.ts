import type { LiveAlarm } from '../../../contracts/liveEvents';

/** A place that a rule suspects, the likeliest first. */
export interface EvidenceSuspect {
  readonly point: string;
  readonly place: string | null;
  readonly value: number;
  readonly unit: NonNullable<LiveAlarm['unit']>;
}

/** What a rule kept beside value and limit, in a shape that a page can show. */
export interface AlarmEvidence {
  readonly figures: Readonly<Record<string, number>>;
  readonly suspects: readonly EvidenceSuspect[];
}

const UNITS: ReadonlySet<unknown> = new Set<EvidenceSuspect['unit']>(['KWH', 'W']);

/** The stored evidence of an alarm: its numbers, and its suspects where the rule ranked some. */
export function alarmEvidence(stored: Readonly<Record<string, unknown>>): AlarmEvidence {
  const figures: Record<string, number> = {};
  for (const [key, value] of Object.entries(stored))
    if (typeof value === 'number' && Number.isFinite(value)) figures[key] = value;
  const suspects = Array.isArray(stored.suspects) ? stored.suspects.flatMap(suspectOf) : [];
  return { figures, suspects };
}

function suspectOf(stored: unknown): EvidenceSuspect[] {
  if (typeof stored !== 'object' || stored === null) return [];
  const { point, place, value, unit } = stored as Record<string, unknown>;
  if (typeof point !== 'string' || typeof value !== 'number' || !UNITS.has(unit)) return [];
  return [
    {
      point,
      place: typeof place === 'string' ? place : null,
      value,
      unit: unit as EvidenceSuspect['unit'],
    },
  ];
}
