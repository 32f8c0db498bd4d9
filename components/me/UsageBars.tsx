'use client';

import { useTranslations } from 'next-intl';
import { classNames } from '../ui/classNames';
import { formatMoney, formatNumber } from '../ui/format';
import { formatTime, formatWeekday, wallClock } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import { usePeriodName } from '../ui/usePeriodName';
import { energyWords } from './energyWords';
import type { MyUsage } from './meData';
import styles from './UsageBars.module.css';

/** Fills of the periods of a tariff from the cheapest to the dearest; more than four share the last. */
const FILLS = ['var(--load-2)', 'var(--load-4)', 'var(--load-6)', 'var(--text)'];

/** Bars of a span, each made of the tariff's periods; a time without readings is hatched, and the future is empty. */
export function UsageBars({ usage }: { usage: MyUsage }) {
  const t = useTranslations('me');
  const { bars, gaps, startMs, endMs } = usage;
  const top = topOf(bars);
  const periods = periodsOf(usage);
  const share = (at: number) => ((at - startMs) / (endMs - startMs)) * 100;
  return (
    <figure className={styles.figure} data-testid="usage-bars">
      <small className="meta">{usage.utility === 'ELECTRICITY' ? 'kWh' : 'm³'}</small>
      <div
        className={styles.plot}
        role="img"
        aria-label={t('barsLabel', {
          n: bars.filter(({ quantityMicro }) => quantityMicro !== null).length,
          energy: energyWords(usage.utility, usage.totalMicro),
          amount: formatMoney(usage.debitMicro, { currency: usage.currency }),
        })}
      >
        {usage.peaks.map(({ fromMs, toMs }) => (
          <i
            key={fromMs}
            className={styles.peak}
            style={{ left: `${share(fromMs)}%`, width: `${share(toMs) - share(fromMs)}%` }}
          />
        ))}
        {[1, 0.5].map((line) => (
          <span key={line} className={styles.line} style={{ bottom: `${line * 100}%` }}>
            <small>{formatNumber(top * line, top < 1 ? 2 : top * line < 10 ? 1 : 0)}</small>
          </span>
        ))}
        {gaps.map(({ fromMs, toMs }) => (
          <i
            key={fromMs}
            className={classNames(styles.gap, usage.step !== 'DAY' && styles.notch)}
            data-testid="usage-gap"
            style={{
              left: `${share(Math.max(fromMs, startMs))}%`,
              width: `${share(Math.min(toMs, endMs)) - share(Math.max(fromMs, startMs))}%`,
            }}
          />
        ))}
        <div className={styles.bars}>
          {bars.map(({ startMs: at, quantityMicro, debitMicro, shares }) => (
            <span
              key={at}
              className={styles.bar}
              data-testid="usage-bar"
              data-start={at}
              data-quantity={quantityMicro?.toString()}
              data-debit={debitMicro.toString()}
            >
              {shares.map(({ period, quantityMicro: part }) => (
                <i
                  key={period}
                  style={{
                    height: `${(Number(part) / 1e6 / top) * 100}%`,
                    background: FILLS[Math.min(periods.indexOf(period), FILLS.length - 1)],
                  }}
                />
              ))}
            </span>
          ))}
        </div>
      </div>
      <Axis usage={usage} />
      {periods.length > 1 && (
        <ul className={styles.legend}>
          {periods.map((period, at) => (
            <Period
              key={period}
              period={period}
              fill={FILLS[Math.min(at, FILLS.length - 1)]!}
              usage={usage}
            />
          ))}
          {usage.peaks.length > 0 && <li className={styles.shaded}>{t('shaded')}</li>}
        </ul>
      )}
    </figure>
  );
}

function Period({ period, fill, usage }: { period: string; fill: string; usage: MyUsage }) {
  const periodOf = usePeriodName();
  const sum = [...usage.bars, ...usage.gaps]
    .flatMap(({ shares }) => shares)
    .filter((share) => share.period === period)
    .reduce((total, { quantityMicro }) => total + quantityMicro, 0n);
  return (
    <li>
      <i style={{ background: fill }} />
      {periodOf(period)} {energyWords(usage.utility, sum)}
    </li>
  );
}

/** Periods that occur, the cheapest first. */
export function periodsOf({ bars, gaps }: Pick<MyUsage, 'bars' | 'gaps'>): string[] {
  const prices = new Map<string, bigint>();
  for (const { period, priceMicro } of [...bars, ...gaps].flatMap(({ shares }) => shares))
    if (priceMicro > (prices.get(period) ?? -1n)) prices.set(period, priceMicro);
  return [...prices].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([period]) => period);
}

/** A round number above the highest bar, in whole units. */
function topOf(bars: MyUsage['bars']): number {
  const highest = Math.max(0.1, ...bars.map(({ quantityMicro }) => Number(quantityMicro ?? 0n) / 1e6));
  const power = 10 ** Math.floor(Math.log10(highest));
  for (const step of [1, 2, 4, 6, 8, 10]) if (highest <= step * power * 1.0001) return step * power;
  return 10 * power;
}

function Axis({ usage }: { usage: MyUsage }) {
  const lang = useLang();
  const zone = useCampusZone();
  const { step, bars, startMs, endMs } = usage;
  if (step === 'WEEK')
    return (
      <div className={styles.days} aria-hidden="true">
        {bars.map(({ startMs: at }) => (
          <small key={at}>{formatWeekday(at, zone, lang)}</small>
        ))}
      </div>
    );
  const marks =
    step === 'DAY'
      ? [0, 6, 12, 18, 24].map((hour) => ({
          at: hour === 24 ? endMs : startMs + hour * 3_600_000,
          text: hour === 24 ? '24:00' : formatTime(startMs + hour * 3_600_000, zone, false),
        }))
      : bars
          .filter((_, at) => [0, 7, 14, 21, 28].includes(at))
          .map(({ startMs: at }) => ({ at, text: String(wallClock(at, zone).day) }));
  return (
    <div className={step === 'DAY' ? styles.clock : styles.dates} aria-hidden="true">
      {marks.map(({ at, text }) => (
        <small key={at} style={{ left: `${((at - startMs) / (endMs - startMs)) * 100}%` }}>
          {text}
        </small>
      ))}
    </div>
  );
}
