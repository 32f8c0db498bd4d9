import { comparableHours, isYoung } from '../../domain/detection/comparableHours';
import {
  baselineValues,
  CONSUMPTION_ANOMALY_INITIAL,
  type ConsumptionAnomalyParams,
  consumptionAnomalyStep,
  seriesScale,
} from '../../domain/detection/consumptionAnomaly';
import type { DetectionRule, DetectionSignal } from '../../domain/detection/detectionRule';
import { IDLE_WASTE_DEFAULTS, idleWasteRule } from '../../domain/detection/idleWaste';
import { NON_TECHNICAL_LOSS_DEFAULTS, nonTechnicalLossRule } from '../../domain/detection/nonTechnicalLoss';
import {
  leakLimitM3h,
  nightFlowOf,
  WATER_LEAK_DEFAULTS,
  waterLeakRule,
} from '../../domain/detection/waterLeak';
import { weekdayType } from '../../domain/network/forecast';
import { percentileOf } from '../../domain/network/percentile';
import type { CampusZone } from '../../domain/time/campusTime';
import type { CampusLoad } from '../load/campusLoad';

/**
 * Rules over closed hours, fed with the hours of one meter as the jobs feed them from the roll-up, without a database:
 * a plain week, whole days from a local midnight on, nothing missing.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_HOURS = 168;
const HISTORY_DAYS = 28;
const NIGHT_MINUTES = 180;

/** Hours of a campus, from a local midnight on. */
export interface ClosedSpan {
  readonly zone: CampusZone;
  readonly startMs: number;
  readonly days: number;
}

/** kWh or m³ of each hour of the span, by meter of the campus. */
export function hourlyUse(load: CampusLoad, { startMs, days }: ClosedSpan): readonly Float64Array[] {
  const uses = load.meters.map(() => new Float64Array(days * 24));
  const before = new Float64Array(load.meters.length);
  const after = new Float64Array(load.meters.length);
  load.totalsAt(startMs, before);
  for (let at = 0; at < days * 24; at++) {
    load.totalsAt(startMs + (at + 1) * HOUR_MS, after);
    for (const { index } of load.meters) uses[index]![at] = (after[index]! - before[index]!) / 1e6;
    before.set(after);
  }
  return uses;
}

/** Sum of one day of a series of hours. */
const dayOf = (hours: Float64Array, day: number): number =>
  hours.subarray(day * 24, day * 24 + 24).reduce((sum, quantity) => sum + quantity, 0);

/** What a rule says of one window after the other. */
function signalsOf<Input, State, Params>(
  rule: DetectionRule<Input, State, Params>,
  windows: readonly Input[],
  params: Params,
): DetectionSignal[] {
  let { initial: state } = rule;
  return windows.flatMap((window) => {
    const step = rule.step(state, window, params);
    state = step.state;
    return step.signal ? [step.signal] : [];
  });
}

/** For each hour of the span those it is compared with, in a grown history and in a young one. */
export function likeHoursOf({ zone, startMs, days }: ClosedSpan): (readonly [number[], number[]])[] {
  return Array.from({ length: days * 24 }, (_, at) => {
    const hourMs = startMs + at * HOUR_MS;
    return [
      comparableHours(zone, hourMs, weekdayType, false),
      comparableHours(zone, hourMs, weekdayType, true),
    ] as const;
  });
}

/** Unusual use of one meter. @param used kWh of each hour */
export function anomaliesIn(
  { zone, startMs, days }: ClosedSpan,
  used: Float64Array,
  likeHours: ReturnType<typeof likeHoursOf>,
  params: ConsumptionAnomalyParams,
): DetectionSignal[] {
  let state = CONSUMPTION_ANOMALY_INITIAL;
  let scale: number | null = null;
  const told: DetectionSignal[] = [];
  for (let at = 0; at < days * 24; at++) {
    const hourMs = startMs + at * HOUR_MS;
    if (at % WEEK_HOURS === 0) scale = seriesScale([...used.subarray(Math.max(0, at - 8 * WEEK_HOURS), at)]);
    const sinceMs = Math.max(startMs, state.levelFromMs ?? startMs);
    const past = likeHours[at]![isYoung(hourMs, sinceMs) ? 1 : 0].filter((ms) => ms >= sinceMs);
    const day = zone.dayAt(hourMs);
    const step = consumptionAnomalyStep(
      state,
      {
        hourMs,
        date: day.dateKey,
        dayStartMs: day.startMs,
        value: used[at]!,
        baseline: baselineValues(
          past.map((ms) => ({ hourMs: ms, value: used[(ms - startMs) / HOUR_MS]! })),
          state,
        ),
        scale,
      },
      params,
    );
    state = step.state;
    if (step.signal) told.push(step.signal);
  }
  return told;
}

/** Load after hours of one meter, from the night after `firstDay` on; people work from 08:00 to 20:00. */
export function idleNightsIn(
  { zone, startMs, days }: ClosedSpan,
  used: Float64Array,
  firstDay: number,
): DetectionSignal[] {
  const open = (at: number) =>
    weekdayType(zone.dateKey(startMs + at * HOUR_MS)) === 'WORKDAY' && at % 24 >= 8 && at % 24 < 20;
  const ascending = (values: number[]) => values.sort((a, b) => a - b);
  const nights = Array.from({ length: days - firstDay }, (_, index) => {
    const end = (firstDay + index) * 24 + 8;
    const history = [...used.subarray(end - HISTORY_DAYS * 24, end)];
    const night = Array.from({ length: 24 }, (_, back) => end - 24 + back).filter((at) => !open(at));
    const working = history.filter((_, at) => open(end - HISTORY_DAYS * 24 + at));
    const endMs = startMs + end * HOUR_MS;
    return {
      night: zone.dateKey(endMs),
      endMs,
      closedKw: night.reduce((sum, at) => sum + used[at]!, 0) / night.length,
      closedHours: night.length,
      openKw: percentileOf(ascending(working), 0.5),
      openHours: working.length,
      baseKw: percentileOf(ascending(history), 0.1),
    };
  });
  return signalsOf(idleWasteRule, nights, IDLE_WASTE_DEFAULTS);
}

/** Loss of one feeder that nothing explains. @param supplied kWh of each hour, as `children` */
export function lossesIn(
  { zone, startMs, days }: ClosedSpan,
  supplied: Float64Array,
  children: readonly Float64Array[],
): DetectionSignal[] {
  const balances = Array.from({ length: days }, (_, day) => {
    const endMs = startMs + (day + 1) * DAY_MS;
    return {
      date: zone.dateKey(endMs - 1),
      endMs,
      supplyKwh: dayOf(supplied, day),
      childrenKwh: children.reduce((total, child) => total + dayOf(child, day), 0),
      completeness: 1,
    };
  });
  return signalsOf(nonTechnicalLossRule, balances, NON_TECHNICAL_LOSS_DEFAULTS);
}

/** A water meter's nights, minute by minute. */
export class LeakWatch {
  private state = waterLeakRule.initial;
  private readonly params;

  /** @param resolutionM3 least step of the register; the meter serves one room */
  constructor(
    private readonly zone: CampusZone,
    private readonly resolutionM3: number,
  ) {
    this.params = { ...WATER_LEAK_DEFAULTS, rooms: 1, resolutionM3 };
  }

  /** @param minuteM3 what the register moved by in each minute from 02:00 to 05:00 of the night that begins at `midnightMs` */
  night(midnightMs: number, minuteM3: ArrayLike<number>): DetectionSignal | null {
    const fromMs = midnightMs + 2 * HOUR_MS;
    const window = { night: this.zone.dateKey(fromMs), fromMs, toMs: fromMs + NIGHT_MINUTES * MINUTE_MS };
    const intervals = Array.from({ length: NIGHT_MINUTES }, (_, minute) => {
      const at = fromMs + minute * MINUTE_MS;
      const m3 = minuteM3[minute]!;
      return { fromMs: at, toMs: at + MINUTE_MS, m3: m3 < this.resolutionM3 / 2 ? 0 : m3 };
    });
    const step = waterLeakRule.step(
      this.state,
      nightFlowOf(window, intervals, leakLimitM3h(this.params), this.resolutionM3),
      this.params,
    );
    this.state = step.state;
    return step.signal;
  }
}
