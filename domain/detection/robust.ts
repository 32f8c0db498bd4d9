import { percentileOf } from '../network/percentile';

/** Makes the median absolute deviation of normal noise its standard deviation. */
const MAD_TO_SIGMA = 1.4826;

/** Median of what need not be sorted; null of nothing. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return percentileOf(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** Median and scaled median absolute deviation; null of nothing. */
export function robustSpread(values: readonly number[]): { median: number; sigma: number } | null {
  const median = medianOf(values);
  if (median === null) return null;
  return { median, sigma: MAD_TO_SIGMA * medianOf(values.map((value) => Math.abs(value - median)))! };
}
