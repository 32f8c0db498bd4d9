/** The value below which `share` (0 to 1) of the values lie; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** p50, p99 and maximum in ms, rounded to a tenth. */
export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export function spreadOf(valuesMs: readonly number[]): Spread {
  return {
    count: valuesMs.length,
    p50Ms: tenth(percentile(valuesMs, 0.5)),
    p99Ms: tenth(percentile(valuesMs, 0.99)),
    maxMs: tenth(percentile(valuesMs, 1)),
  };
}

export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
