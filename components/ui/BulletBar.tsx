import type { ReactNode } from 'react';
import styles from './BulletBar.module.css';

/** Narrower than this, as a share of the scale, a part says no words. */
const WORDS_SHARE = 0.08;

interface Tick {
  /** Place on the scale in the bar's unit. */
  at: number;
  above: ReactNode;
  below?: ReactNode;
  strong?: boolean;
}

interface Props {
  /** Full scale in the unit of all values, at least the end of the forecast's whisker. */
  max: number;
  /** The quota: end of the pale track. */
  quota: number;
  /** What is used, in parts from left to right; each says its words in the bar when it fits. */
  used: readonly { value: number; label: ReactNode; tone: 'first' | 'second' }[];
  left?: ReactNode;
  ticks: readonly Tick[];
  /** Even pace of today. */
  pace?: { at: number; label: ReactNode };
  forecast?: { at: number; low: number; high: number; label: ReactNode; range?: ReactNode };
  /** The whole in one sentence. */
  description: string;
}

/**
 * Use against a quota: used in slate, ticks at the thresholds, forecast as a hollow diamond with a whisker, violet beyond
 * the quota and green within. Words of ticks stand next to the bar, pace and forecast one row further out, so that none
 * covers another wherever they fall.
 */
export function BulletBar({ max, quota, used, left, ticks, pace, forecast, description }: Props) {
  const percent = (value: number) => (Math.max(0, Math.min(value, max)) / max) * 100;
  const at = (value: number) => `${percent(value).toFixed(3)}%`;
  const usedSum = used.reduce((sum, part) => sum + part.value, 0);
  const room = widestRoom(usedSum, quota, [
    ...ticks.map((tick) => tick.at),
    ...(pace ? [pace.at] : []),
    ...(forecast ? [forecast.low, forecast.at, forecast.high] : []),
  ]);
  let start = 0;
  return (
    <div className={styles.bar} role="img" aria-label={description}>
      {pace && <Words className={styles.outerTop} percent={percent(pace.at)} words={pace.label} />}
      <div className={styles.plot}>
        <i className={styles.track} style={{ width: at(quota) }} />
        {used.map((part, index) => {
          const from = start;
          start += part.value;
          return (
            <span
              key={index}
              className={part.tone === 'first' ? styles.first : styles.second}
              style={{ left: at(from), width: at(part.value) }}
            >
              {part.value / max > WORDS_SHARE && <span>{part.label}</span>}
            </span>
          );
        })}
        {usedSum > quota && (
          <i className={styles.over} style={{ left: at(quota), width: at(Math.min(usedSum, max) - quota) }} />
        )}
        {left && (room.to - room.from) / max > WORDS_SHARE && (
          <span className={styles.left} style={{ left: at(room.from), width: at(room.to - room.from) }}>
            {left}
          </span>
        )}
        {pace && <span className={`${styles.tick} ${styles.pace}`} style={{ left: at(pace.at) }} />}
        {ticks.map((tick, index) => (
          <span
            key={index}
            className={tick.strong ? `${styles.tick} ${styles.strong}` : styles.tick}
            style={{ left: at(tick.at) }}
          >
            <em>{tick.above}</em>
            <small>{tick.below}</small>
          </span>
        ))}
        {forecast && (
          <span
            className={`${styles.forecast} ${forecast.at > quota ? styles.beyond : styles.within}`}
            style={{ left: at(forecast.low), width: at(forecast.high - forecast.low) }}
          >
            <i
              style={{
                left: `${((forecast.at - forecast.low) / (forecast.high - forecast.low || 1)) * 100}%`,
              }}
            />
          </span>
        )}
      </div>
      {forecast && (
        <Words
          className={`${styles.outerBottom} ${forecast.at > quota ? styles.beyond : styles.within}`}
          percent={percent(forecast.at)}
          words={
            <>
              <b>{forecast.label}</b> {forecast.range}
            </>
          }
        />
      )}
    </div>
  );
}

/** Room on the empty part of the track that no mark runs through, in the bar's unit. */
function widestRoom(
  from: number,
  to: number,
  marks: readonly number[],
): { readonly from: number; readonly to: number } {
  const stops = [from, ...marks.filter((at) => at > from && at < to).sort((a, b) => a - b), to];
  let widest = { from, to: from };
  for (let i = 1; i < stops.length; i += 1) {
    const [start, end] = [stops[i - 1]!, stops[i]!];
    if (end - start > widest.to - widest.from) widest = { from: start, to: end };
  }
  return widest;
}

/** Words centred on a place of the scale as far as the bar's ends allow. */
function Words({ percent, words, className }: { percent: number; words: ReactNode; className?: string }) {
  return (
    <span className={className}>
      <span style={{ left: `${percent}%`, translate: `-${percent}% 0` }}>{words}</span>
    </span>
  );
}
