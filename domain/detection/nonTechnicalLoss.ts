import type { DetectionRule } from './detectionRule';
import { medianOf, robustSpread } from './robust';
import { numberOf, type RuleBody } from './streamingRule';

/** Days of history that expected loss rests on, and the least of them. */
const HISTORY_DAYS = 28;
const HISTORY_MIN = 14;
/** Day-to-day spread is at least this share of what the feeder carries: meters have errors. */
const SPREAD_SHARE = 0.002;
const RETURN_RATIO = 0.95;

/** One closed local day of a feeder, kWh. */
export interface FeederDay {
  readonly date: string;
  readonly endMs: number;
  readonly supplyKwh: number;
  readonly childrenKwh: number;
  /** Share of the meters below that were read for the whole day, 0 to 1. */
  readonly completeness: number;
}

export interface NonTechnicalLossParams {
  readonly completeness: number;
  /** CUSUM reference value and decision interval, in spreads. */
  readonly k: number;
  readonly h: number;
  /** The step: in spreads and in kWh a day, on so many days in a row. */
  readonly stepSigmas: number;
  readonly stepKwh: number;
  readonly days: number;
}

export const NON_TECHNICAL_LOSS_DEFAULTS: NonTechnicalLossParams = {
  completeness: 0.98,
  k: 0.5,
  h: 5,
  stepSigmas: 3,
  stepKwh: 2,
  days: 3,
};

export const lossParams = (body: RuleBody): NonTechnicalLossParams => ({
  ...NON_TECHNICAL_LOSS_DEFAULTS,
  stepKwh: numberOf(body, 'stepKwh', NON_TECHNICAL_LOSS_DEFAULTS.stepKwh),
});

/** A day that expected loss is learned from. */
interface LossDay {
  readonly lossKwh: number;
  readonly supplyKwh: number;
}

export interface NonTechnicalLossState {
  readonly date: string | null;
  readonly history: readonly LossDay[];
  /** One-sided CUSUM of the residual, in spreads. */
  readonly cusum: number;
  readonly daysOver: number;
  readonly daysUnder: number;
  /** Residuals of the days over the step, kWh. */
  readonly excessKwh: readonly number[];
  readonly active: boolean;
}

/**
 * Loss that no meter and no cable explains. Expected loss is the median loss share of the days so far times the day's
 * supply; σ̂ is the scaled median absolute deviation of what is left, at least 0.2 % of supply. Raised when the upper CUSUM
 * of the residual (k 0.5 σ̂) passes h = 5 σ̂ and the residual has been over 3 σ̂ and over 2 kWh for three days in a row;
 * returned after three days below 95 % of that. Days on which less than 98 % of the meters below were read count for nothing,
 * and days over the step are not learned from, so that a theft does not become normal.
 */
export const nonTechnicalLossRule: DetectionRule<FeederDay, NonTechnicalLossState, NonTechnicalLossParams> = {
  code: 'NON_TECHNICAL_LOSS',
  initial: { date: null, history: [], cusum: 0, daysOver: 0, daysUnder: 0, excessKwh: [], active: false },
  step(state, day, params) {
    if (state.date !== null && day.date <= state.date) return { state, signal: null };
    if (day.completeness < params.completeness || day.supplyKwh <= 0)
      return { state: { ...state, date: day.date }, signal: null };
    const loss: LossDay = { lossKwh: day.supplyKwh - day.childrenKwh, supplyKwh: day.supplyKwh };
    const expected = expectedLoss(state.history);
    if (!expected)
      return { state: { ...state, date: day.date, history: learned(state.history, loss) }, signal: null };
    const residual = loss.lossKwh - expected.share * day.supplyKwh;
    const { sigma, stepKwh } = stepOf(expected.sigma, day.supplyKwh, params);
    const over = residual > stepKwh;
    const next: NonTechnicalLossState = {
      date: day.date,
      history: over ? state.history : learned(state.history, loss),
      cusum: Math.max(0, state.cusum + residual / sigma - params.k),
      daysOver: over ? state.daysOver + 1 : 0,
      daysUnder: residual < stepKwh * RETURN_RATIO ? state.daysUnder + 1 : 0,
      excessKwh: over
        ? [...state.excessKwh, residual].slice(-HISTORY_DAYS)
        : state.active
          ? state.excessKwh
          : [],
      active: state.active,
    };
    const raises = !state.active && next.daysOver >= params.days && next.cusum > params.h;
    const returns = state.active && next.daysUnder >= params.days;
    if (!raises && !returns) return { state: next, signal: null };
    return {
      state: raises
        ? { ...next, active: true }
        : { ...next, active: false, cusum: 0, daysOver: 0, excessKwh: [] },
      signal: {
        kind: raises ? 'RAISE' : 'RETURN',
        at: day.endMs,
        priority: null,
        value: raises ? medianOf(next.excessKwh) : residual,
        limit: stepKwh,
      },
    };
  },
};

/** What a feeder's rule expects of a day, as shares of the supply; `high` is where it would count the day as over. */
export interface LossBand {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** Days that it was learned from. */
  readonly days: number;
}

/** Fewer learned days than this make no band. */
export const LOSS_BAND_DAYS_MIN = HISTORY_MIN;

/** The band of a day of the median supply that the rule has learned; null while it has learned from too few days. */
export function lossBand(state: NonTechnicalLossState, params: NonTechnicalLossParams): LossBand | null {
  const expected = expectedLoss(state.history);
  const supplyKwh = medianOf(state.history.map((day) => day.supplyKwh));
  if (!expected || !supplyKwh) return null;
  const step = stepOf(expected.sigma, supplyKwh, params).stepKwh / supplyKwh;
  const { share } = expected;
  return { share, low: share - step, high: share + step, days: state.history.length };
}

/** Spread of a day and the residual from which it counts as over, kWh. */
function stepOf(learnedSigma: number, supplyKwh: number, params: NonTechnicalLossParams) {
  const sigma = Math.max(learnedSigma, SPREAD_SHARE * supplyKwh);
  return { sigma, stepKwh: Math.max(params.stepSigmas * sigma, params.stepKwh) };
}

function learned(history: readonly LossDay[], day: LossDay): LossDay[] {
  return [...history, day].slice(-HISTORY_DAYS);
}

function expectedLoss(history: readonly LossDay[]): { share: number; sigma: number } | null {
  if (history.length < HISTORY_MIN) return null;
  const share = medianOf(history.map(({ lossKwh, supplyKwh }) => lossKwh / supplyKwh))!;
  const { sigma } = robustSpread(history.map(({ lossKwh, supplyKwh }) => lossKwh - share * supplyKwh))!;
  return { share, sigma };
}

/** Daily use of a point below the feeder, kWh, and the loss of the feeder on the same days; null where either is unknown. */
export interface SuspectSeries {
  readonly point: string;
  readonly usedKwh: readonly (number | null)[];
}

export interface Suspect {
  readonly point: string;
  /** Correlation of the fall of its use with the rise of the loss, −1 to 1. */
  readonly correlation: number;
  /** Its median day before and since the loss rose, kWh. */
  readonly beforeKwh: number;
  readonly sinceKwh: number;
}

/**
 * Points whose use fell as the loss rose, the likeliest first: by the correlation of −use with the loss over the days, among
 * those whose median day fell at all.
 *
 * @param lossKwh loss of the feeder by day, oldest first, like each series
 * @param sinceDay index of the first day over the step
 */
export function rankSuspects(
  lossKwh: readonly (number | null)[],
  series: readonly SuspectSeries[],
  sinceDay: number,
  limit: number,
): Suspect[] {
  const suspects: Suspect[] = [];
  for (const { point, usedKwh } of series) {
    const days = lossKwh.flatMap((loss, day) => {
      const used = usedKwh[day];
      return loss === null || used == null ? [] : [{ loss, fall: -used, since: day >= sinceDay, used }];
    });
    const before = medianOf(days.flatMap((day) => (day.since ? [] : [day.used])));
    const since = medianOf(days.flatMap((day) => (day.since ? [day.used] : [])));
    if (before === null || since === null || since >= before) continue;
    const correlation = correlationOf(days.map(({ fall, loss }) => [fall, loss]));
    if (correlation > 0) suspects.push({ point, correlation, beforeKwh: before, sinceKwh: since });
  }
  return suspects
    .sort((a, b) => b.correlation - a.correlation || (a.point < b.point ? -1 : 1))
    .slice(0, limit);
}

/** Pearson's correlation; 0 where either side never varies. */
function correlationOf(pairs: readonly (readonly [number, number])[]): number {
  const mean = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const [meanA, meanB] = [mean(0), mean(1)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (const [a, b] of pairs) {
    ab += (a - meanA) * (b - meanB);
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
