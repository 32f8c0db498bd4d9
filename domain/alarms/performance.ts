import type { AlarmPriority } from './alarm';
import { type DutyShift, operatorsAt } from './dutyRoster';

/** Alarms are counted by the clock's ten minutes. */
export const PERIOD_MS = 10 * 60_000;
const PERIODS_A_DAY = 144;
const FLOOD_OPENS_ABOVE = 10;
const FLOOD_CLOSES_BELOW = 5;
/** How far a share of the mix may lie from its target, in shares of 1. */
const MIX_TOLERANCE = 0.05;

/** What was counted from `from` up to `to`, both on a ten-minute edge, ms UTC. */
export interface AlarmLoad {
  readonly from: number;
  readonly to: number;
  /** Announcements by ten minutes; periods without one may be left out. */
  readonly periods: readonly { readonly at: number; readonly announced: number }[];
  readonly byPriority: Readonly<Record<AlarmPriority, number>>;
  /** Announcements of the ten sources (rule at an object) that announced most. */
  readonly topTen: number;
  readonly shifts: readonly DutyShift[];
  /** Alarms that stand for more than 24 h now. */
  readonly stale: number;
  /** Alarms announced in the time that chattered, and that were gone within 10 s. */
  readonly chattering: number;
  readonly fleeting: number;
  /** Median from the announcement to the acknowledgement, ms; null: nothing was acknowledged. */
  readonly medianAckMs: number | null;
}

export const MEASURES = [
  'RATE',
  'PER_DAY',
  'PEAK',
  'PERIODS_ABOVE',
  'FLOOD_TIME',
  'MIX_P3',
  'MIX_P2',
  'MIX_P1',
  'TOP_TEN',
  'STALE',
  'CHATTERING',
  'FLEETING',
  'ACK_MEDIAN',
] as const;
export type MeasureKey = (typeof MEASURES)[number];

export interface Measure {
  readonly key: MeasureKey;
  /** Count, share of 1 or ms by the measure's kind; null: nothing to judge. */
  readonly value: number | null;
  readonly kind: 'COUNT' | 'SHARE' | 'MS';
  /** Null: the standard names none. */
  readonly target: number | null;
  /** What is bearable at most, where that differs from the target. */
  readonly limit: number | null;
  readonly verdict: 'WITHIN' | 'OVER' | 'NONE';
}

export interface Performance {
  readonly announced: number;
  /** Ten-minute periods in the time. */
  readonly periods: number;
  /** Operators summed over all periods; a period that the roster leaves empty counts one. */
  readonly operatorPeriods: number;
  readonly measures: readonly Measure[];
}

/** The end of the ten minutes in which `now` (ms UTC) lies. */
export function periodEnd(now: number): number {
  return (Math.floor(now / PERIOD_MS) + 1) * PERIOD_MS;
}

/**
 * The measures of the alarm system (ISA-18.2, EEMUA 191, as the site's targets), each of which a person can count from the
 * journal: an announcement is a line of the journal by which people were told.
 */
export function alarmPerformance(load: AlarmLoad): Performance {
  const counted = new Map(load.periods.map(({ at, announced }) => [at, announced]));
  let [announced, periods, operatorPeriods, peak, above, inFlood] = [0, 0, 0, 0, 0, 0];
  let flood = false;
  for (let at = load.from; at < load.to; at += PERIOD_MS) {
    const operators = Math.max(1, operatorsAt(load.shifts, at));
    const here = counted.get(at) ?? 0;
    const each = here / operators;
    periods++;
    announced += here;
    operatorPeriods += operators;
    peak = Math.max(peak, each);
    flood = flood ? each >= FLOOD_CLOSES_BELOW : each > FLOOD_OPENS_ABOVE;
    if (each > FLOOD_OPENS_ABOVE) above++;
    if (flood) inFlood++;
  }
  const rate = operatorPeriods === 0 ? null : announced / operatorPeriods;
  const { P1, P2, P3 } = load.byPriority;
  const mixed = P1 + P2 + P3;
  const mix = (n: number) => (mixed === 0 ? null : n / mixed);
  const share = (n: number, of: number) => (of === 0 ? null : n / of);
  const measures: Measure[] = [
    atMost('RATE', 'COUNT', rate, 1, 2),
    atMost('PER_DAY', 'COUNT', rate === null ? null : rate * PERIODS_A_DAY, 150, 300),
    atMost('PEAK', 'COUNT', peak, FLOOD_OPENS_ABOVE),
    below('PERIODS_ABOVE', 'SHARE', share(above, periods), 0.01),
    below('FLOOD_TIME', 'SHARE', share(inFlood, periods), 0.01),
    near('MIX_P3', mix(P3), 0.8),
    near('MIX_P2', mix(P2), 0.15),
    near('MIX_P1', mix(P1), 0.05),
    below('TOP_TEN', 'SHARE', share(load.topTen, announced), 0.05),
    below('STALE', 'COUNT', load.stale, 5),
    atMost('CHATTERING', 'COUNT', load.chattering, 0),
    { ...none('FLEETING', 'COUNT'), value: load.fleeting },
    { ...none('ACK_MEDIAN', 'MS'), value: load.medianAckMs },
  ];
  return { announced, periods, operatorPeriods, measures };
}

function none(key: MeasureKey, kind: Measure['kind']): Measure {
  return { key, kind, value: null, target: null, limit: null, verdict: 'NONE' };
}

function judged(measure: Omit<Measure, 'verdict'>, within: (value: number) => boolean): Measure {
  const { value } = measure;
  return { ...measure, verdict: value === null ? 'NONE' : within(value) ? 'WITHIN' : 'OVER' };
}

function atMost(
  key: MeasureKey,
  kind: Measure['kind'],
  value: number | null,
  target: number,
  limit: number | null = null,
): Measure {
  return judged({ key, kind, value, target, limit }, (one) => one <= target);
}

function below(key: MeasureKey, kind: Measure['kind'], value: number | null, target: number): Measure {
  return judged({ key, kind, value, target, limit: null }, (one) => one < target);
}

function near(key: MeasureKey, value: number | null, target: number): Measure {
  return judged(
    { key, kind: 'SHARE', value, target, limit: null },
    (one) => Math.abs(one - target) <= MIX_TOLERANCE + 1e-9,
  );
}
