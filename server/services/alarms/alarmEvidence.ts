import type { LiveAlarm } from '../../../contracts/liveEvents';
import {
  DEVICE_CHECKS,
  type DeviceCheckCode,
  FAILURES,
  type FindingCode,
} from '../../../domain/inspection/deviceCheck';

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
  /** Checks of a device that its alarm stands for, each with what failed it; none where it says nothing this time. */
  readonly checks: readonly { readonly code: DeviceCheckCode; readonly findings: readonly FindingCode[] }[];
  readonly suspects: readonly EvidenceSuspect[];
}

const UNITS: ReadonlySet<unknown> = new Set<EvidenceSuspect['unit']>(['KWH', 'W']);

/** The stored evidence of an alarm: its numbers, and its suspects where the rule ranked some. */
export function alarmEvidence(stored: Readonly<Record<string, unknown>>): AlarmEvidence {
  const figures: Record<string, number> = {};
  for (const [key, value] of Object.entries(stored))
    if (typeof value === 'number' && Number.isFinite(value)) figures[key] = value;
  const suspects = Array.isArray(stored.suspects) ? stored.suspects.flatMap(suspectOf) : [];
  return { figures, suspects, checks: checksOf(stored) };
}

function checksOf({ checks, findings }: Readonly<Record<string, unknown>>): AlarmEvidence['checks'] {
  const failing = wordsOf(checks);
  const found = wordsOf(findings);
  return DEVICE_CHECKS.filter((code) => failing.includes(code)).map((code) => ({
    code,
    findings: FAILURES[code].filter((finding) => found.includes(finding)),
  }));
}

const wordsOf = (text: unknown): string[] => (typeof text === 'string' ? text.split(' ') : []);

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
