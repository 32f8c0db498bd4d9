'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { RoomLoadChart } from '../charts/RoomLoadChart';
import { isFeeder, isStep, ratingW } from '../live/alarmView';
import { formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import styles from './AlarmPane.module.css';
import type { AlarmDetail } from './alarmData';
import type { AlarmRow } from './incidents';

/** Load around the alarm with its limit and the mark of the event. */
export function AlarmTrace({ detail, row }: { detail: AlarmDetail; row: AlarmRow }) {
  const t = useTranslations('alarms');
  const zone = useCampusZone();
  const { trace, meter } = detail;
  const { alarm } = row;
  const feeder = isFeeder(alarm);
  const data = useMemo(() => {
    if (!trace || trace.points.length === 0) return null;
    const events = [
      {
        at: alarm.raisedAt,
        label: t(alarm.limit === null || isStep(alarm) ? 'markRaised' : 'markOver', {
          time: formatTime(alarm.raisedAt, zone),
        }),
      },
    ].filter(({ at }) => at >= trace.fromMs && at <= trace.toMs);
    return {
      from: trace.fromMs,
      to: trace.toMs,
      zone,
      points: trace.points,
      limit: ratingW(alarm) ?? meter?.limitW ?? null,
      usual: trace.usual,
      alarms: trace.alarms,
      events,
      gaps: trace.gaps,
    };
  }, [trace, alarm, meter, zone, t]);
  if (!data) return null;
  return (
    <div className={styles.part} data-testid="alarm-trace">
      <RoomLoadChart data={data} name={t('trace')} scope={feeder ? 'campus' : 'room'} height="168px" />
    </div>
  );
}
