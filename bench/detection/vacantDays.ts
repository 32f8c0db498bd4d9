import type { DetectionSignal } from '../../domain/detection/detectionRule';
import { VACANT_USE_DEFAULTS, type VacantDay, vacantUseRule } from '../../domain/detection/vacantUse';
import type { ClosedSpan } from '../../simulator/testing/closedWindows';

const DAY_MS = 86_400_000;

/** Nobody lives there from here to there. */
export interface VacantDays {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The days of a span that lie in a vacancy whole. */
export function vacantDaysIn({ startMs, days }: ClosedSpan, vacancies: readonly VacantDays[]): Set<number> {
  const found = new Set<number>();
  for (let day = 0; day < days; day++) {
    const fromMs = startMs + day * DAY_MS;
    if (vacancies.some((one) => one.fromMs <= fromMs && one.toMs >= fromMs + DAY_MS)) found.add(day);
  }
  return found;
}

/** Use in a vacant room, day by day. @param used kWh of each hour */
export function vacantUseIn(
  span: ClosedSpan,
  used: Float64Array,
  vacancies: readonly VacantDays[],
): DetectionSignal[] {
  if (vacancies.length === 0) return [];
  const vacant = vacantDaysIn(span, vacancies);
  const told: DetectionSignal[] = [];
  let { initial: state } = vacantUseRule;
  for (let day = 0; day < span.days; day++) {
    const endMs = span.startMs + (day + 1) * DAY_MS;
    const window: VacantDay = {
      date: span.zone.dateKey(endMs - 1),
      endMs,
      vacant: vacant.has(day),
      kwh: used.subarray(day * 24, day * 24 + 24).reduce((sum, quantity) => sum + quantity, 0),
      complete: true,
    };
    const step = vacantUseRule.step(state, window, VACANT_USE_DEFAULTS);
    state = step.state;
    if (step.signal) told.push(step.signal);
  }
  return told;
}
