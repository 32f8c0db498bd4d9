const PERIOD_MS = 600_000;
/** More bars than this are not told apart on a screen. */
const BARS_MAX = 144;

/** A bar: where it begins, and the most announcements that one of its ten minutes had. */
export interface Bar {
  readonly at: number;
  readonly announced: number;
}

/** Ten-minute counts as at most 144 bars of equal length over [fromMs, toMs). */
export function barsOf(data: {
  readonly fromMs: number;
  readonly toMs: number;
  readonly load: readonly Bar[];
}): Bar[] {
  const periods = (data.toMs - data.fromMs) / PERIOD_MS;
  const each = Math.ceil(periods / BARS_MAX);
  const bars = Array.from({ length: Math.ceil(periods / each) }, (_, index) => ({
    at: data.fromMs + index * each * PERIOD_MS,
    announced: 0,
  }));
  for (const { at, announced } of data.load) {
    const bar = bars[Math.floor((at - data.fromMs) / (each * PERIOD_MS))];
    if (bar) bar.announced = Math.max(bar.announced, announced);
  }
  return bars;
}
