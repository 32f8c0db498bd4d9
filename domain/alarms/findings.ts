import type { AlarmRuleCode } from './alarmCatalogue';

/** Rules that find use which is not as it should be, over closed hours. */
export const FINDING_RULES = [
  'NON_TECHNICAL_LOSS',
  'IDLE_WASTE',
  'VACANT_USE',
  'WATER_LEAK',
  'CONSUMPTION_ANOMALY',
] as const satisfies readonly AlarmRuleCode[];
export type FindingRule = (typeof FINDING_RULES)[number];

/** Whether the figures of a rule's alarm say what was used, and not how great a danger is. */
export const tellsOfUse = (rule: string): boolean => (FINDING_RULES as readonly string[]).includes(rule);

/** How sure a rule is of a finding, in its own measure. */
export interface FindingScore {
  /** Spreads from the median, CUSUM in spreads, idle points, times the limit, or nights in a row. */
  readonly kind: 'SPREADS' | 'CUSUM' | 'POINTS' | 'TIMES_LIMIT' | 'NIGHTS';
  readonly value: number;
}

/** What a finding comes to, in kWh or m³. */
export interface FindingQuantity {
  readonly utility: 'ELECTRICITY' | 'WATER';
  /** What it goes on by each day while it stands; null: it was once. */
  readonly perDay: number | null;
  /** In all, an estimate; below 0 where less was used than usual. Null: the evidence does not say. */
  readonly total: number | null;
}

/** An alarm of one of these rules, as far as it is reckoned with. Times in ms UTC. */
export interface FoundEpisode {
  readonly rule: FindingRule;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** How often it was said while it stood. */
  readonly count: number;
  /** When what its evidence says was so, by the meters' time; rules over closed hours are told of it later. */
  readonly sinceMs: number;
  /** When it returned; now while it stands. */
  readonly untilMs: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * What an episode comes to by the evidence of its rule: an anomaly what was beyond the usual when it was told; waste by night
 * its last night times the nights it was said in; use of an empty room and a loss their day times the days that they stood,
 * those before they were raised included; a leak what had run when it was told and its flow since.
 */
export function findingQuantity({ rule, evidence, count, sinceMs, untilMs }: FoundEpisode): FindingQuantity {
  const figure = (key: string): number | null => {
    const value = evidence[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const value = figure('value');
  const standingMs = Math.max(0, untilMs - sinceMs);
  if (rule === 'WATER_LEAK') {
    const ran = figure('lossM3');
    return {
      utility: 'WATER',
      perDay: value === null ? null : value * 24,
      total: value === null ? ran : (ran ?? 0) + (value * standingMs) / HOUR_MS,
    };
  }
  const utility = 'ELECTRICITY';
  if (value === null || rule === 'CONSUMPTION_ANOMALY') return { utility, perDay: null, total: value };
  if (rule === 'IDLE_WASTE') return { utility, perDay: value, total: value * Math.max(1, count) };
  const before = figure('days') ?? 1;
  return { utility, perDay: value, total: value * (before + Math.floor(standingMs / DAY_MS)) };
}

/** The score of an episode; null where its evidence lacks it. */
export function findingScore({ rule, evidence }: FoundEpisode): FindingScore | null {
  const score = (kind: FindingScore['kind'], value: unknown): FindingScore | null =>
    typeof value === 'number' && Number.isFinite(value) ? { kind, value: Math.abs(value) } : null;
  switch (rule) {
    case 'CONSUMPTION_ANOMALY':
      return score('SPREADS', evidence.z);
    case 'NON_TECHNICAL_LOSS':
      return score('CUSUM', evidence.cusum);
    case 'IDLE_WASTE':
      return score('POINTS', evidence.idlePoints);
    case 'WATER_LEAK':
      return score('NIGHTS', evidence.nights);
    case 'VACANT_USE': {
      const { value, limit } = evidence;
      return typeof value === 'number' && typeof limit === 'number' && limit > 0
        ? score('TIMES_LIMIT', value / limit)
        : null;
    }
  }
}

/** What findings are ranked by. */
export interface RankedFinding {
  readonly id: string;
  /** µ of the campus's currency; null: nothing prices it. */
  readonly worthMicro: bigint | null;
  readonly total: number | null;
}

/** The dearest first; what nothing prices comes after that by its quantity, and saved use last. */
export function byWorth(left: RankedFinding, right: RankedFinding): number {
  const [a, b] = [left.worthMicro, right.worthMicro];
  if (a !== null && b !== null && a !== b) return a > b ? -1 : 1;
  if ((a === null) !== (b === null)) return a === null ? 1 : -1;
  return (right.total ?? 0) - (left.total ?? 0) || Number(right.id) - Number(left.id);
}
