'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { RoomLoadChart } from '../charts/RoomLoadChart';
import { useLiveMeter } from '../live/hooks';
import { useMeasured } from '../live/measured';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { formatPercent, formatPower } from '../ui/format';
import { formatMoment, formatStopwatch } from '../ui/formatTime';
import { LiveValue } from '../ui/LiveValue';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './LoadPanel.module.css';
import type { RoomPoint } from './roomData';

const MINUTES = 60;
const REFRESH_MS = 15_000;

/** Load now against the limit, with the last hour. */
export function LoadPanel({ code, point }: { code: string; point: RoomPoint }) {
  const t = useTranslations('rooms');
  const words = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const trpc = useTRPC();
  const meterCode = point.meterCode ?? '';
  const measured = useMeasured(point);
  const row = useLiveMeter(meterCode);
  const { data, error, refetch } = useQuery(
    trpc.rooms.trace.queryOptions(
      { code, meterCode, minutes: MINUTES },
      { refetchInterval: REFRESH_MS, staleTime: 0, enabled: point.meterCode !== null },
    ),
  );
  const chart = useMemo(() => {
    if (!data || data.points.length === 0) return null;
    const last = data.points.at(-1)!;
    const newer = row && row[3] !== null && row[1] > last[0] ? ([row[1], row[3]] as const) : null;
    return {
      from: data.fromMs,
      to: Math.max(data.toMs, newer?.[0] ?? 0),
      zone,
      points: newer ? [...data.points, newer] : data.points,
      limit: point.limitW,
      usual: data.usual,
      alarms: data.alarms,
      gaps: data.gaps,
    };
  }, [data, row, zone, point.limitW]);
  const share =
    measured.powerW !== null && point.limitW ? formatPercent((measured.powerW / point.limitW) * 100) : null;
  const overSince = data?.alarms.find((alarm) => alarm.to === null)?.from ?? null;
  const over = measured.powerW !== null && point.limitW !== null && measured.powerW > point.limitW;
  return (
    <Panel
      title={t('loadNow')}
      meta={t('reportEvery', { meter: meterCode, seconds: Math.round(point.intervalMs / 1_000) })}
      testId="load"
    >
      <div className={styles.now}>
        <LiveValue
          asOf={measured.rxAt}
          intervalMs={point.intervalMs}
          className={styles.figure}
          testId="load-now"
        >
          {measured.powerW === null ? null : formatPower(measured.powerW, 'room')}
        </LiveValue>
        {share && (
          <span>
            <b>{t('shareOfLimit', { share, limit: formatPower(point.limitW, 'room') })}</b>
            {over && overSince !== null && ` ${t('for', { age: formatStopwatch(now - overSince, lang) })}`}
          </span>
        )}
      </div>
      <OwnLimit limit={point.limit} />
      <div className={styles.chart}>
        {chart ? (
          <RoomLoadChart data={chart} name={t('loadNow')} height="132px" />
        ) : error ? (
          <ErrorState cause={words('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
        ) : data ? (
          <EmptyState title={t('noTrace')}>{t('noTraceWords', { minutes: MINUTES })}</EmptyState>
        ) : (
          <Skeleton height={132} onRetry={() => void refetch()} />
        )}
      </div>
    </Panel>
  );
}

/** What a resident lowered the limit to, and what waits or failed of it. */
function OwnLimit({ limit }: { limit: RoomPoint['limit'] }) {
  const t = useTranslations('rooms');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  if (limit === null) return null;
  const { own, asked, capW } = limit;
  return (
    <>
      {own && (
        <p className="quiet" data-testid="own-limit">
          {t(own.reason === null ? 'ownLimit' : 'ownLimitReason', {
            own: formatPower(own.w, 'room'),
            cap: formatPower(capW, 'room'),
            time: formatMoment(own.sinceMs, now, zone, lang, false),
            reason: own.reason ?? '',
          })}
        </p>
      )}
      {asked && (
        <p className="quiet" data-testid="own-limit-asked">
          {t('ownLimitWaits', {
            limit: formatPower(asked.toW ?? capW, 'room'),
            time: formatMoment(asked.askedMs, now, zone, lang, false),
            state: code('trackState', asked.track),
          })}
        </p>
      )}
    </>
  );
}
