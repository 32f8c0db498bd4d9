import type { CampusZone } from '../time/campusTime';
import type { DetectionRule, DetectionSignal } from './detectionRule';
import { numberOf, type RuleBody } from './streamingRule';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The window in which a campus sleeps: 02:00 to 05:00 campus time, minutes after midnight. */
const NIGHT_FROM_MIN = 120;
const NIGHT_TO_MIN = 300;
/** The longest interval whose flow tells of minutes. */
const INTERVAL_MAX_MS = 15 * MINUTE_MS;
/** Less of the window measured than this says nothing about the night. */
const COVERED_MIN = 0.9;

/** One interval of a water meter: what passed in (fromMs, toMs], m³. */
export interface FlowInterval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly m3: number;
}

/** A local night's window, [fromMs, toMs) in ms UTC; `night` is the local date on which it lies, `YYYY-MM-DD`. */
export interface NightWindow {
  readonly night: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was measured in one night's window. */
export interface NightFlow extends NightWindow {
  /** Time of the window that readings cover, ms. */
  readonly coveredMs: number;
  /** Time of it that is proven to be without flow, ms. */
  readonly stillMs: number;
  /** Smallest quantity of an hour of the window, m³; null: not known. */
  readonly leastHourM3: number | null;
  /** Newest instant before or in the window at which nothing flowed, ms UTC; null: none is known. */
  readonly lastStillMs: number | null;
}

export interface WaterLeakParams {
  /** Rooms that the meter serves; at least 1. */
  readonly rooms: number;
  /** Least step of its register, m³. */
  readonly resolutionM3: number;
  /** Flow of one room that is taken for use, m³/h. */
  readonly roomM3h: number;
  /** A night with at least this share of minutes without flow is no leak. */
  readonly stillShare: number;
  /** Leaking nights in a row that raise, and quiet ones that return. */
  readonly nights: number;
  readonly quietNights: number;
}

/** 2 L/h a room, two nights. */
export const WATER_LEAK_DEFAULTS = { roomM3h: 0.002, stillShare: 0.1, nights: 2, quietNights: 2 } as const;

/** Flow of one room that is taken for use, m³/h. */
export const roomFlowM3h = (body: RuleBody): number => numberOf(body, 'roomM3h', WATER_LEAK_DEFAULTS.roomM3h);

export interface WaterLeakState {
  /** Newest night that was judged. */
  readonly night: string | null;
  readonly leaking: number;
  readonly quiet: number;
  readonly active: boolean;
  /** Since when it has flowed without a pause as far as is known, ms UTC; null while quiet. */
  readonly sinceMs: number | null;
  /** Mean over the leaking nights of the smallest hour, m³/h. */
  readonly flowM3h: number;
}

export type NightVerdict = 'LEAK' | 'QUIET' | 'UNKNOWN';

/** A leak at the limit moves the register at least so often: a coarse register can't show a smaller one. */
const STEP_MAX_MS = 10 * MINUTE_MS;

/** The flow that is taken for use, m³/h: that of the rooms served, and no less than the register tells from none. */
export function leakLimitM3h(params: Pick<WaterLeakParams, 'rooms' | 'roomM3h' | 'resolutionM3'>): number {
  return Math.max(Math.max(1, params.rooms) * params.roomM3h, (params.resolutionM3 * HOUR_MS) / STEP_MAX_MS);
}

/** The newest night whose window had ended at `nowMs`, and those before it, oldest first. */
export function nightsBefore(zone: CampusZone, nowMs: number, count: number): NightWindow[] {
  const nights: NightWindow[] = [];
  const { year, month, day } = zone.dayAt(nowMs);
  for (let back = 0; nights.length < count; back++) {
    const fromMs = zone.utcOf(year, month, day - back, NIGHT_FROM_MIN);
    const toMs = zone.utcOf(year, month, day - back, NIGHT_TO_MIN);
    if (toMs <= nowMs) nights.unshift({ night: zone.dateKey(fromMs), fromMs, toMs });
  }
  return nights;
}

/**
 * What intervals in order of time say about a night. A stretch without counts proves stillness only if it is so long that a
 * leak at the limit would have moved the register: a meter that counts whole litres stands still between two litres of a
 * drip as well. An interval of more than a quarter hour in which something flowed says nothing of its minutes and counts as
 * not measured.
 *
 * @param resolutionM3 least step of the register
 */
export function nightFlowOf(
  window: NightWindow,
  intervals: readonly FlowInterval[],
  limitM3h: number,
  resolutionM3: number,
): NightFlow {
  const provenMs = Math.max(MINUTE_MS, (resolutionM3 / limitM3h) * HOUR_MS);
  const hours = new Array<number>(Math.max(1, Math.round((window.toMs - window.fromMs) / HOUR_MS))).fill(0);
  let coveredMs = 0;
  let stillMs = 0;
  let lastStillMs: number | null = null;
  let run: { fromMs: number; toMs: number } | null = null;
  const endRun = () => {
    if (run && run.toMs - run.fromMs >= provenMs) {
      stillMs += overlapMs(run, window);
      if (run.fromMs < window.toMs) lastStillMs = Math.min(run.toMs, window.toMs);
    }
    run = null;
  };
  for (const interval of intervals) {
    const lengthMs = interval.toMs - interval.fromMs;
    if (lengthMs <= 0) continue;
    if (interval.m3 === 0 || lengthMs <= INTERVAL_MAX_MS) coveredMs += overlapMs(interval, window);
    if (interval.m3 === 0 && run?.toMs === interval.fromMs) run.toMs = interval.toMs;
    else {
      endRun();
      if (interval.m3 === 0) run = { fromMs: interval.fromMs, toMs: interval.toMs };
    }
    if (interval.m3 === 0) continue;
    for (let hour = 0; hour < hours.length; hour++) {
      const fromMs = window.fromMs + hour * HOUR_MS;
      hours[hour]! += (interval.m3 * overlapMs(interval, { fromMs, toMs: fromMs + HOUR_MS })) / lengthMs;
    }
  }
  endRun();
  return { ...window, coveredMs, stillMs, leastHourM3: Math.min(...hours), lastStillMs };
}

function overlapMs(
  a: { readonly fromMs: number; readonly toMs: number },
  b: { readonly fromMs: number; readonly toMs: number },
): number {
  return Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
}

/**
 * LEAK: every hour of the window above the limit and hardly a minute without flow. UNKNOWN: too little was measured. Water
 * that people draw in the night comes in goes, so a night of many goes is no leak; a filling cistern or an ice maker pauses.
 */
export function judgeNight(flow: NightFlow, params: WaterLeakParams): NightVerdict {
  const lengthMs = flow.toMs - flow.fromMs;
  if (flow.leastHourM3 === null || flow.coveredMs < lengthMs * COVERED_MIN) return 'UNKNOWN';
  if (flow.stillMs >= flow.coveredMs * params.stillShare) return 'QUIET';
  return flow.leastHourM3 > leakLimitM3h(params) ? 'LEAK' : 'QUIET';
}

/**
 * Continuous water leak, judged night by night: raised after `nights` leaking nights in a row, returned after `quietNights`
 * quiet ones. A night that can't be judged changes nothing. The signal's value is the smallest hourly flow of the nights and
 * its limit the flow taken for use, both m³/h. (Night flow as in leak practice of district metering; the limit a room is the
 * vendors' 2 L/h.)
 */
export const waterLeakRule: DetectionRule<NightFlow, WaterLeakState, WaterLeakParams> = {
  code: 'WATER_LEAK',
  initial: { night: null, leaking: 0, quiet: 0, active: false, sinceMs: null, flowM3h: 0 },
  step(state, flow, params) {
    if (state.night !== null && flow.night <= state.night) return { state, signal: null };
    const verdict = judgeNight(flow, params);
    if (verdict === 'UNKNOWN') return { state: { ...state, night: flow.night }, signal: null };
    const next = verdict === 'LEAK' ? leakingNight(state, flow) : quietNight(state, flow);
    const raises = !next.active && next.leaking >= params.nights;
    const returns = next.active && next.quiet >= params.quietNights;
    if (!raises && !returns) return { state: next, signal: null };
    const signal: DetectionSignal = {
      kind: raises ? 'RAISE' : 'RETURN',
      at: flow.toMs,
      priority: null,
      value: raises ? next.flowM3h : flow.leastHourM3,
      limit: leakLimitM3h(params),
    };
    return {
      state: raises ? { ...next, active: true } : { ...waterLeakRule.initial, night: flow.night },
      signal,
    };
  },
};

function leakingNight(state: WaterLeakState, flow: NightFlow): WaterLeakState {
  const leaking = state.leaking + 1;
  return {
    night: flow.night,
    leaking,
    quiet: 0,
    active: state.active,
    sinceMs: state.sinceMs ?? flow.lastStillMs ?? flow.fromMs,
    flowM3h: state.flowM3h + (flow.leastHourM3! - state.flowM3h) / leaking,
  };
}

function quietNight(state: WaterLeakState, flow: NightFlow): WaterLeakState {
  if (!state.active) return { ...waterLeakRule.initial, night: flow.night };
  return { ...state, night: flow.night, quiet: state.quiet + 1 };
}

/** What a leak has let through up to `atMs`, m³: its flow since it began. */
export function leakLossM3({ sinceMs, flowM3h }: WaterLeakState, atMs: number): number {
  return sinceMs === null ? 0 : (flowM3h * Math.max(0, atMs - sinceMs)) / HOUR_MS;
}
