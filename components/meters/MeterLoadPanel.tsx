'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { RoomLoadChart } from '../charts/RoomLoadChart';
import { useLiveMeter } from '../live/hooks';
import { formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, Skeleton } from '../ui/states';
import type { MeterData, MeterDay } from './meterData';

/** Power as this meter measured it: hatched where it said nothing, and nothing of the meter that stood here before. */
export function MeterLoadPanel({ data, day }: { data: MeterData; day: MeterDay | null }) {
  const t = useTranslations('meter');
  const zone = useCampusZone();
  const row = useLiveMeter(data.code);
  const load = day?.load ?? null;
  const chart = useMemo(() => {
    if (!load || load.points.length === 0) return null;
    const last = load.points.at(-1)!;
    const newer = row && row[3] !== null && row[1] > last[0] ? ([row[1], row[3]] as const) : null;
    const swapped = data.fittedMs > load.fromMs - 1 ? [{ at: data.fittedMs, label: t('fittedMark') }] : [];
    return {
      from: load.fromMs,
      to: Math.max(load.toMs, newer?.[0] ?? 0),
      zone,
      points: newer ? [...load.points, newer] : load.points,
      limit: data.point.limitW,
      usual: load.usual,
      alarms: load.alarms,
      gaps: load.gaps,
      events: swapped,
    };
  }, [load, row, zone, data.fittedMs, data.point.limitW, t]);
  return (
    <Panel
      title={t('load')}
      meta={
        load &&
        t('since', { time: formatTime(load.fromMs, zone, false), n: load.points.filter(isMeasured).length })
      }
      padded
      testId="meter-load"
    >
      {chart ? (
        <RoomLoadChart
          data={chart}
          name={t('load')}
          scope={data.room === null ? 'campus' : 'room'}
          height="180px"
        />
      ) : day ? (
        <EmptyState title={t('noLoad')}>{t('noLoadWords')}</EmptyState>
      ) : (
        <Skeleton height={180} />
      )}
    </Panel>
  );
}

const isMeasured = ([, powerW]: readonly [number, number | null]) => powerW !== null;
