import { percentileOf } from './percentile';

/** Range in which a value usually lies; what a figure is read against. */
export interface UsualBand {
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Earlier values that the band rests on. */
  readonly samples: number;
}

/** Fewer earlier values than this make no band. */
export const BAND_SAMPLES_MIN = 3;

/**
 * The 10th to 90th percentile of the values of the same hour and weekday in the last four weeks, the current hour excluded;
 * null while there are too few (the screen then says "learning").
 */
export function usualBand(values: readonly number[]): UsualBand | null {
  if (values.length < BAND_SAMPLES_MIN) return null;
  const sorted = [...values].sort((left, right) => left - right);
  return {
    low: percentileOf(sorted, 0.1),
    median: percentileOf(sorted, 0.5),
    high: percentileOf(sorted, 0.9),
    samples: sorted.length,
  };
}

/**
 * The band at least `share` of its median wide, around its middle. Percentiles of four values lie inside their extremes, so
 * a campus that repeats itself would otherwise be unusual at every breath.
 */
export function atLeastWide(band: UsualBand, share: number): UsualBand {
  const missing = Math.abs(band.median) * share - (band.high - band.low);
  return missing <= 0 ? band : { ...band, low: band.low - missing / 2, high: band.high + missing / 2 };
}

export type BandPosition = 'BELOW' | 'WITHIN' | 'ABOVE' | 'UNKNOWN';

/** Where a value stands against its band. */
export function bandPosition(value: number | null, band: UsualBand | null): BandPosition {
  if (value === null || band === null) return 'UNKNOWN';
  if (value < band.low) return 'BELOW';
  return value > band.high ? 'ABOVE' : 'WITHIN';
}

/** How far outside its band a value lies, in band widths (0 inside); to sort deviations. */
export function bandDeviation(value: number, band: UsualBand): number {
  const width = Math.max(band.high - band.low, Math.abs(band.median) * 0.05, Number.EPSILON);
  if (value > band.high) return (value - band.high) / width;
  return value < band.low ? (band.low - value) / width : 0;
}
