import { FEEDER_WARNING_SHARE } from '../detection/feederOverload';
import type { ForecastHour } from './dayForecast';

/** What the coming hours hold for a feeder. Times in ms UTC, powers in W. */
export type LoadOutlook =
  /** No rating was entered, so nothing can be passed. */
  | { readonly kind: 'NO_RATING' }
  /** An hour ahead has fewer than three like it in the weeks before. */
  | { readonly kind: 'LEARNING' }
  | {
      readonly kind: 'CALM' | 'BREACH';
      /** Begin of the hour whose expected mean first reaches 80 % (100 %) of the rating; null: none does. */
      readonly warnMs: number | null;
      readonly overMs: number | null;
      /** The hour in which most is expected, and how much. */
      readonly peakMs: number;
      readonly peakW: number;
    };

/**
 * When a feeder is expected to pass 80 % and 100 % of its rating: the first hour ahead whose expected mean power reaches it.
 * The expectation is `forecastHours`: the median of the same hour and weekday of the weeks before, times how the load stands
 * against it now, a ratio that fades to 1 over six hours. Means of hours hide peaks within them, so what is announced comes
 * rather late than never.
 *
 * @param hours forecast of the hours ahead, oldest first; an hour that could not be forecast is missing
 * @param wanted how many hours there would be with enough history
 * @param ratingW W; null: none was entered
 * @param now the instant, and the load that is measured then, W; null: nothing fresh. What is passed already is passed now
 */
export function loadOutlook(
  hours: readonly ForecastHour[],
  wanted: number,
  ratingW: number | null,
  { nowMs, nowW }: { readonly nowMs: number; readonly nowW: number | null },
): LoadOutlook {
  if (ratingW === null || ratingW <= 0) return { kind: 'NO_RATING' };
  const [first] = hours;
  if (!first || hours.length < wanted) return { kind: 'LEARNING' };
  const reaches = (share: number): number | null => {
    if (nowW !== null && nowW >= share * ratingW) return nowMs;
    const hour = hours.find(({ expectedW }) => expectedW >= share * ratingW);
    return hour ? Math.max(hour.startMs, nowMs) : null;
  };
  const warnMs = reaches(FEEDER_WARNING_SHARE);
  const peak = hours.reduce((most, hour) => (hour.expectedW > most.expectedW ? hour : most), first);
  return {
    kind: warnMs === null ? 'CALM' : 'BREACH',
    warnMs,
    overMs: reaches(1),
    peakMs: nowW !== null && nowW >= peak.expectedW ? nowMs : Math.max(peak.startMs, nowMs),
    peakW: Math.max(nowW ?? 0, peak.expectedW),
  };
}

/** A feeder as the list of the grid ranks it. */
export interface GridEntry {
  readonly code: string;
  readonly ratingW: number | null;
  /** Load over rating now; null: no rating, or nothing fresh. */
  readonly share: number | null;
  readonly outlook: LoadOutlook;
}

/**
 * Worst first: by the higher of the load now and the expected peak, as shares of the rating; what has neither comes last, by
 * its code.
 */
export function byPressure(left: GridEntry, right: GridEntry): number {
  return pressureOf(right) - pressureOf(left) || (left.code < right.code ? -1 : 1);
}

function pressureOf({ share, outlook, ratingW }: GridEntry): number {
  const expected = 'peakW' in outlook && ratingW ? outlook.peakW / ratingW : -1;
  return Math.max(share ?? -1, expected);
}
