import type { UsualBand } from './usualBand';

/** An hour that is still to come, with what is usual in it. */
export interface HourAhead {
  readonly startMs: number;
  readonly endMs: number;
  /** Mean power of this hour on the same weekday, W; null: too little history. */
  readonly band: UsualBand | null;
}

/** Expected mean power of an hour, W, with its 10th to 90th percentile. */
export interface ForecastHour {
  readonly startMs: number;
  readonly endMs: number;
  readonly expectedW: number;
  readonly lowW: number;
  readonly highW: number;
}

const RATIO_MIN = 0.7;
const RATIO_MAX = 1.4;
/** What makes today unlike its weekday wears off: after so long, the hour is as usual. */
const FADE_MS = 6 * 3_600_000;

/**
 * Load of the hours to come: the usual band of each, moved by how today stands against usual at `nowMs`. That ratio is
 * clipped to 0.7–1.4 and fades to 1 over six hours, since an unusual evening says little about the morning after.
 *
 * @param ratioNow measured over usual of the last hours; null: unknown, taken as 1
 */
export function forecastHours(
  hours: readonly HourAhead[],
  nowMs: number,
  ratioNow: number | null,
): ForecastHour[] {
  const clipped = ratioNow === null ? 1 : Math.min(RATIO_MAX, Math.max(RATIO_MIN, ratioNow));
  return hours.flatMap(({ startMs, endMs, band }) => {
    if (!band) return [];
    const aheadMs = Math.max(0, (startMs + endMs) / 2 - nowMs);
    const ratio = 1 + (clipped - 1) * Math.max(0, 1 - aheadMs / FADE_MS);
    return [
      { startMs, endMs, expectedW: band.median * ratio, lowW: band.low * ratio, highW: band.high * ratio },
    ];
  });
}

/** Energy of the forecast after `nowMs`, µkWh. Powers are estimates, so this is one too. */
export function forecastEnergyMicro(hours: readonly ForecastHour[], nowMs: number): bigint {
  const wattHours = hours.reduce((sum, { startMs, endMs, expectedW }) => {
    const leftMs = Math.max(0, endMs - Math.max(startMs, nowMs));
    return sum + (expectedW * leftMs) / 3_600_000;
  }, 0);
  return BigInt(Math.round(wattHours * 1_000));
}
