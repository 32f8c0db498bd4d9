'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { isReadingMeasure, type ReadingMeasure } from '../../domain/alarms/alarmMeasure';
import { MeasuredChart } from '../charts/MeasuredChart';
import { RoomLoadChart } from '../charts/RoomLoadChart';
import { isFeeder, isStep, loadLimitW } from '../live/alarmView';
import { formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import styles from './AlarmPane.module.css';
import type { AlarmDetail } from './alarmData';
import { FindingCourse } from './findings/FindingCourse';
import type { AlarmRow } from './incidents';

/** Unit of each measure, its decimals, and what of the alarm's own limit that unit makes; a limit in another unit is none of it. */
const MEASURES: Readonly<
  Record<
    ReadingMeasure,
    { unit: string; decimals: number; limitUnit: AlarmRow['alarm']['unit']; times?: number; fromZero?: false }
  >
> = {
  TEMPERATURE: { unit: '°C', decimals: 1, limitUnit: 'C' },
  RESIDUAL: { unit: 'mA', decimals: 0, limitUnit: 'A', times: 1_000 },
  CURRENT: { unit: 'A', decimals: 1, limitUnit: 'A' },
  VOLTAGE: { unit: 'V', decimals: 0, limitUnit: 'V', fromZero: false },
  FLOW: { unit: 'm³/h', decimals: 2, limitUnit: 'M3_H' },
  CURRENT_IMBALANCE: { unit: '%', decimals: 0, limitUnit: 'PERCENT' },
  VOLTAGE_IMBALANCE: { unit: '%', decimals: 1, limitUnit: 'PERCENT' },
};

const stripOf = ({ raisedAt, returnedAt, priority }: AlarmRow['alarm'], fromMs: number) => ({
  from: Math.max(raisedAt, fromMs),
  to: returnedAt,
  priority,
});

/** What the alarm's rule judged around it, with its own limit and the mark of the event; nothing where no reading holds that. */
export function AlarmTrace({ detail, row }: { detail: AlarmDetail; row: AlarmRow }) {
  const t = useTranslations('alarms');
  const zone = useCampusZone();
  const { trace, measure, measured, meter } = detail;
  const { alarm } = row;
  const drawn = isReadingMeasure(measure) ? measured : measure === 'LOAD' ? trace : null;
  const scale = isReadingMeasure(measure) ? MEASURES[measure] : null;
  const data = useMemo(() => {
    if (!drawn || drawn.points.length === 0) return null;
    const limit = !scale
      ? loadLimitW(alarm, meter?.limitW ?? null)
      : alarm.limit === null || alarm.unit !== scale.limitUnit
        ? null
        : Number(alarm.limit) * (scale.times ?? 1);
    const events = [
      {
        at: alarm.raisedAt,
        // A voltage may be too low: its limit is not passed upwards.
        label: t(limit === null || isStep(alarm) || measure === 'VOLTAGE' ? 'markRaised' : 'markOver', {
          time: formatTime(alarm.raisedAt, zone),
        }),
      },
    ].filter(({ at }) => at >= drawn.fromMs && at <= drawn.toMs);
    return {
      from: drawn.fromMs,
      to: drawn.toMs,
      zone,
      points: drawn.points,
      limit,
      usual: scale ? null : (trace?.usual ?? null),
      alarms: trace?.alarms ?? [stripOf(alarm, drawn.fromMs)],
      events,
      gaps: drawn.gaps,
    };
  }, [drawn, measure, scale, trace, alarm, meter, zone, t]);
  if (measure === 'LOSS' || measure === 'HOURS')
    return (
      <div className={styles.part} data-testid="alarm-trace" data-measure={measure.toLowerCase()}>
        <FindingCourse id={alarm.id} rule={alarm.rule} meter={meter?.code ?? null} />
      </div>
    );
  if (!data || measure === null) return null;
  const name = t(`measures.${measure}`);
  return (
    <div className={styles.part} data-testid="alarm-trace" data-measure={measure.toLowerCase()}>
      {scale ? (
        <>
          <h2>{name}</h2>
          <MeasuredChart data={data} {...scale} fromZero={scale.fromZero ?? true} name={name} />
        </>
      ) : (
        <RoomLoadChart data={data} name={name} scope={isFeeder(alarm) ? 'campus' : 'room'} height="168px" />
      )}
    </div>
  );
}
