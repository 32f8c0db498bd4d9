'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef } from 'react';
import { WeekLoadChart } from '../charts/WeekLoadChart';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { formatEnergy } from '../ui/format';
import { formatTime, formatWeekday, wallClock } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { RoomPoint } from './roomData';
import styles from './WeekPanel.module.css';

const REFRESH_MS = 60_000;

/** Seven campus days of load, dear hours shaded, each day's energy under it. */
export function WeekPanel({
  code,
  point,
  accountCode,
}: {
  code: string;
  point: RoomPoint;
  accountCode: string | null;
}) {
  const t = useTranslations('rooms');
  const words = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.rooms.week.queryOptions(
      { code, meterCode: point.meterCode ?? '', accountCode },
      { refetchInterval: REFRESH_MS },
    ),
  );
  const chart = useMemo(() => {
    if (!data) return null;
    const clock = (at: number) => formatTime(at, zone, false);
    return {
      zone,
      days: data.days.map((day, index) => ({
        start: day.startMs,
        end: day.endMs,
        name: `${formatWeekday(day.startMs, zone, lang)} ${wallClock(day.startMs, zone).day}`,
        energy: formatEnergy(day.quantityMicro, 'room'),
        today: index === data.days.length - 1,
      })),
      points: data.points,
      limit: point.limitW,
      peaks: data.peaks,
      gaps: data.gaps.map((gap) => ({
        ...gap,
        label: t('noDataFrom', { from: clock(gap.from), to: clock(gap.to) }),
      })),
      alarms: data.alarms,
    };
  }, [data, zone, lang, point.limitW, t]);
  const box = useRef<HTMLDivElement>(null);
  // Where the week is wider than the screen, its end is what was asked for: today.
  useEffect(() => {
    if (box.current) box.current.scrollLeft = box.current.scrollWidth;
  }, []);
  const spans = data?.peakSpans
    .map(([from, to]) => `${formatTime(from, zone, false)}–${formatTime(to, zone, false)}`)
    .join(t('comma'));
  return (
    <Panel
      title={t('week')}
      meta={
        data
          ? spans
            ? t('weekMetaPeak', { energy: formatEnergy(data.totalMicro, 'room'), spans })
            : t('weekMeta', { energy: formatEnergy(data.totalMicro, 'room') })
          : undefined
      }
      testId="week"
    >
      <div ref={box} className={styles.body}>
        {chart ? (
          <WeekLoadChart data={chart} name={t('week')} height="208px" />
        ) : error ? (
          <ErrorState cause={words('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={208} onRetry={() => void refetch()} />
        )}
      </div>
    </Panel>
  );
}
