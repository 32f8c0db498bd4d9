import { classNames } from '../ui/classNames';
import styles from './QuotaBar.module.css';

interface Props {
  /** All in percent of the quota. */
  used: number;
  forecast: { at: number; low: number; high: number } | null;
  /** End of the scale, the same for all bars that stand below each other. */
  max: number;
  description: string;
}

/** One department's bullet bar without words: used in slate, striped violet beyond the quota, forecast as a diamond. */
export function QuotaBar({ used, forecast, max, description }: Props) {
  const at = (percent: number) => `${(Math.max(0, Math.min(percent, max)) / max) * 100}%`;
  return (
    <div
      className={styles.bar}
      role="img"
      aria-label={description}
      data-testid="quota-bar"
      data-over={used > 100 || (forecast?.at ?? 0) > 100 ? '' : undefined}
    >
      <i className={styles.track} style={{ width: at(100) }} />
      <i className={styles.used} style={{ width: at(Math.min(used, 100)) }} />
      {used > 100 && (
        <i className={styles.over} style={{ left: at(100), width: at(Math.min(used, max) - 100) }} />
      )}
      {[80, 90, 100].map((percent) => (
        <i
          key={percent}
          className={classNames(styles.tick, percent === 100 && styles.full)}
          style={{ left: at(percent) }}
        />
      ))}
      {forecast && (
        <span className={forecast.at > 100 ? styles.beyond : styles.within}>
          <i
            className={styles.whisker}
            style={{ left: at(forecast.low), width: `calc(${at(forecast.high)} - ${at(forecast.low)})` }}
          />
          <i className={styles.diamond} style={{ left: at(forecast.at) }} />
        </span>
      )}
    </div>
  );
}
