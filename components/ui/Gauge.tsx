import styles from './Gauge.module.css';

export interface GaugeScale {
  /** Ends of the scale; min defaults to 0. */
  min?: number;
  max: number;
  /** 10th to 90th percentile of the same hour and weekday. */
  usual?: { low: number; high: number };
  /** Limit, plan or rating, drawn as a tick. */
  limit?: number;
}

/** A scale that shows the usual band, the limit and the value with room at the right end. */
export function gaugeMax(parts: { limit?: number; usualHigh?: number; now?: number }): number {
  const top = Math.max(parts.limit ?? 0, parts.usualHigh ?? 0, parts.now ?? 0);
  return top <= 0 ? 1 : top * 1.05;
}

/** Whether `now` stands outside the usual band: the word that goes with the gauge. */
export function against(
  now: number | null,
  usual?: { low: number; high: number },
): 'above' | 'below' | 'usual' | null {
  if (now === null || !usual) return null;
  if (now > usual.high) return 'above';
  return now < usual.low ? 'below' : 'usual';
}

/**
 * Horizontal scale: usual as a block, now as a pointer above, limit as a tick. Words beside it say the same, so it is
 * decorative. `wall` is flat and stretches, with a bar for the pointer.
 */
export function Gauge({
  min = 0,
  max,
  usual,
  limit,
  now,
  wall,
}: GaugeScale & { now: number | null; wall?: boolean }) {
  const span = max - min || 1;
  const at = (value: number) => `${(Math.min(1, Math.max(0, (value - min) / span)) * 100).toFixed(2)}%`;
  const length = (low: number, high: number) =>
    `${((Math.min(max, Math.max(min, high)) - Math.min(max, Math.max(min, low))) / span) * 100}%`;
  return (
    <div className={wall ? `${styles.gauge} ${styles.wall}` : styles.gauge} aria-hidden="true">
      {usual && (
        <i className={styles.usual} style={{ left: at(usual.low), width: length(usual.low, usual.high) }} />
      )}
      {limit !== undefined && <i className={styles.limit} style={{ left: at(limit) }} />}
      {now !== null && <i className={styles.now} style={{ left: at(now) }} />}
    </div>
  );
}
