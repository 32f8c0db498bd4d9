import type { AlarmInterval, LoadToday } from './loadToday';
import type { Point } from './wallTime';

/** The campus day as the server answers it. Powers in W, times in ms UTC. */
export interface AnsweredDay {
  readonly nowMs: number;
  readonly dayStartMs: number;
  readonly dayEndMs: number;
  readonly actual: readonly Point[];
  readonly yesterday: readonly Point[];
  readonly forecast: readonly (readonly [atMs: number, expectedW: number, lowW: number, highW: number])[];
  readonly capacityW: number | null;
  readonly alarms: readonly {
    readonly priority: AlarmInterval['priority'];
    readonly fromMs: number;
    readonly toMs: number | null;
  }[];
}

/** Between two live values that are drawn; a curve of a day needs no more. */
const STEP_MS = 60_000;

/** Chart data of a day whose curve ends, and whose forecast begins, with what is measured now. */
export function todayData(
  day: AnsweredDay,
  live: { powerW: number | null; asOfMs: number | null },
  zone: string,
): LoadToday {
  const measuredMs = Math.floor((live.asOfMs ?? day.nowMs) / STEP_MS) * STEP_MS;
  const now = Math.max(measuredMs, day.nowMs);
  const { powerW } = live;
  return {
    dayStart: day.dayStartMs,
    dayEnd: day.dayEndMs,
    now,
    zone,
    actual: powerW === null ? day.actual : [...day.actual.filter(([at]) => at < now), [now, powerW]],
    yesterday: day.yesterday,
    forecast: [
      ...(powerW === null ? [] : [[now, powerW, powerW, powerW] as const]),
      ...day.forecast.filter(([at]) => at > now),
    ],
    capacity: day.capacityW,
    alarms: day.alarms.map(({ priority, fromMs, toMs }) => ({ priority, from: fromMs, to: toMs })),
  };
}
