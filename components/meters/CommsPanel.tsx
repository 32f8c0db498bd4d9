'use client';

import { useTranslations } from 'next-intl';
import { refusalOf } from '../live/refusal';
import { formatNumber, LONG_DASH, withUnit } from '../ui/format';
import { formatLength, formatMoment, formatTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './CommsPanel.module.css';
import page from './MeterPage.module.css';
import type { MeterData, MeterDay } from './meterData';

/** Longest gaps that are named; the strip shows them all. */
const NAMED_GAPS = 5;

interface Props {
  data: MeterData;
  day: MeterDay | null;
  error: unknown;
  onRetry: () => void;
}

/** How the meter reported in 24 hours: a strip of quarter hours in which an outage is a gap, and the figures behind it. */
export function CommsPanel({ data, day, error, onRetry }: Props) {
  const t = useTranslations('meter');
  const words = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return (
    <Panel
      title={t(data.removedMs === null ? 'comms' : 'commsLast')}
      meta={
        day &&
        t('span', {
          from: formatMoment(day.fromMs, now, zone, lang, false),
          to: formatMoment(day.toMs, now, zone, lang, false),
        })
      }
      testId="comms"
    >
      {day === null ? (
        error ? (
          <ErrorState cause={words('refusal', refusalOf(error).reason)} onRetry={onRetry} />
        ) : (
          <Skeleton height={180} onRetry={onRetry} />
        )
      ) : day.sums.readings === 0 ? (
        <EmptyState title={t('silent')}>{t('silentWords')}</EmptyState>
      ) : (
        <Reported day={day} />
      )}
    </Panel>
  );
}

function Reported({ day }: { day: MeterDay }) {
  const t = useTranslations('meter');
  const zone = useCampusZone();
  const { sums, gaps } = day;
  const seconds = (ms: number | null) =>
    ms === null ? LONG_DASH : withUnit(formatNumber(ms / 1_000, 1), 's');
  const figures: readonly (readonly [string, string])[] = [
    [t('reports'), t('ofExpected', { n: formatNumber(day.reported), expected: formatNumber(day.expected) })],
    [t('missing'), formatNumber(sums.missing)],
    [t('delay'), seconds(sums.medianDelayMs)],
    [t('worstDelay'), seconds(sums.worstDelayMs)],
    [t('late'), formatNumber(sums.late)],
    [t('byArrival'), formatNumber(sums.byArrival)],
    [t('doubtful'), formatNumber(sums.doubtful)],
    [t('restarts'), formatNumber(sums.restarts)],
  ];
  const startMs = day.quarters[0]?.fromMs ?? day.fromMs;
  return (
    <>
      <ol className={styles.strip} aria-hidden="true">
        {day.quarters.map((quarter) => (
          <li
            key={quarter.fromMs}
            data-testid="quarter"
            data-state={stateOf(quarter)}
            data-readings={quarter.readings}
            title={`${formatTime(quarter.fromMs, zone, false)} ${Math.min(quarter.readings, quarter.expected)}/${quarter.expected}`}
          >
            {quarter.readings > 0 && <i style={{ height: `${heightOf(quarter)}%` }} />}
          </li>
        ))}
      </ol>
      <div className={styles.axis} aria-hidden="true">
        <span>{formatTime(startMs, zone, false)}</span>
        <span>{formatTime(startMs + (day.toMs - startMs) / 2, zone, false)}</span>
        <span>{formatTime(day.toMs, zone, false)}</span>
      </div>
      <dl className={page.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Gaps gaps={gaps} toMs={day.toMs} />
    </>
  );
}

/** The longest gaps by name, in the order of time. */
function Gaps({ gaps, toMs }: { gaps: MeterDay['gaps']; toMs: number }) {
  const t = useTranslations('meter');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  if (gaps.length === 0) return <p className={page.note}>{t('noGaps')}</p>;
  const longest = [...gaps]
    .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))
    .slice(0, NAMED_GAPS)
    .sort((a, b) => a.fromMs - b.fromMs);
  return (
    <ul className={styles.gaps} aria-label={t('gaps')}>
      {longest.map((gap) => (
        <li key={gap.fromMs} data-testid="gap">
          <span>
            {t('noData', {
              from: formatMoment(gap.fromMs, now, zone, lang),
              to: gap.toMs === toMs ? t('now') : formatTime(gap.toMs, zone),
            })}
          </span>
          <b>{formatLength(gap.toMs - gap.fromMs, lang)}</b>
        </li>
      ))}
    </ul>
  );
}

type Quarter = MeterDay['quarters'][number];

/** Nothing was expected before the meter was fitted, nor in the first moments of a quarter. */
function stateOf({ readings, expected }: Quarter): 'none' | 'gap' | 'part' | 'full' {
  if (readings === 0) return expected === 0 ? 'none' : 'gap';
  return readings < expected ? 'part' : 'full';
}

function heightOf({ readings, expected }: Quarter): number {
  return expected === 0 ? 100 : Math.min(100, Math.round((readings / expected) * 100));
}
