'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { FEEDER_WARNING_SHARE } from '../../domain/detection/feederOverload';
import { CapacityChart } from '../charts/CapacityChart';
import { refusalOf } from '../live/refusal';
import { formatPercent, formatPower } from '../ui/format';
import { LiveValue } from '../ui/LiveValue';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useOutlookWords } from '../ui/useOutlookWords';
import styles from './FeederPanels.module.css';
import type { FeederLoad } from './feederTypes';
import type { MeterData } from './meterData';
import { useMeterNow } from './useMeterNow';

const HALF_QUARTER_MS = 450_000;

interface Props {
  data: MeterData;
  load: FeederLoad | null;
  error: unknown;
  onRetry: () => void;
}

/** Load now, rating and headroom, when a breach is expected, and the 24 hours before with those ahead. */
export function FeederLoadPanel({ data, load, error, onRetry }: Props) {
  const t = useTranslations('grid');
  const code = useCode();
  return (
    <Panel title={t('load.title')} meta={load && t('load.meta')} padded testId="feeder-load">
      {load ? (
        <Loaded data={data} load={load} />
      ) : error ? (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={onRetry} />
      ) : (
        <Skeleton height={280} onRetry={onRetry} />
      )}
    </Panel>
  );
}

function Loaded({ data, load }: { data: MeterData; load: FeederLoad }) {
  const t = useTranslations('grid');
  const zone = useCampusZone();
  const outlookWords = useOutlookWords();
  const { powerW, rxAt } = useMeterNow(data);
  const { ratingW, nowMs, outlook, intervalMs } = load;
  const share = powerW === null || !ratingW ? null : powerW / ratingW;
  const words = outlookWords(outlook, ratingW, nowMs);
  const chart = useMemo(
    () => ({
      from: load.quarters[0]![0],
      now: load.nowMs,
      to: load.forecast.at(-1)?.endMs ?? load.nowMs,
      zone,
      points: load.quarters.map(([startMs, value]) => [startMs + HALF_QUARTER_MS, value] as const),
      forecast: load.forecast
        .map(
          ({ startMs, endMs, expectedW, lowW, highW }) =>
            [(startMs + endMs) / 2, expectedW, lowW, highW] as const,
        )
        .filter(([at]) => at > load.nowMs),
      rating: load.ratingW,
      warnShare: FEEDER_WARNING_SHARE,
    }),
    [load, zone],
  );
  const level = share === null ? null : share >= 1 ? 'over' : share >= FEEDER_WARNING_SHARE ? 'warn' : null;
  return (
    <>
      <dl className={styles.figures}>
        <div data-testid="feeder-now">
          <dt>{t('load.now')}</dt>
          <dd>
            <LiveValue asOf={rxAt} intervalMs={intervalMs}>
              {powerW === null ? null : (
                <b>
                  {formatPower(powerW, 'campus')}
                  {share !== null && ` · ${t('load.ofRating', { share: formatPercent(share * 100) })}`}
                </b>
              )}
            </LiveValue>
            {level && <small className={styles.level}>{t(`level.${level}`)}</small>}
          </dd>
        </div>
        <div>
          <dt>{t('load.headroom')}</dt>
          <dd data-testid="headroom">
            {ratingW === null || powerW === null
              ? t('load.unknown')
              : formatPower(ratingW - powerW, 'campus')}
          </dd>
        </div>
        <div className={styles.wideFigure}>
          <dt>{t('load.expected')}</dt>
          <dd data-testid="outlook" data-kind={outlook.kind.toLowerCase()}>
            {words}
          </dd>
        </div>
      </dl>
      <CapacityChart data={chart} description={`${t('load.title')}: ${words}`} />
      <p className={styles.note}>{t('load.method')}</p>
    </>
  );
}
