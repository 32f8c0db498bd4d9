'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { markOf, shownState } from '../../live/alarmView';
import { AlarmMark } from '../../ui/AlarmMark';
import { useNow } from '../../ui/now';
import { type Column, Table } from '../../ui/Table';
import { useCode } from '../../ui/useCode';
import { useAlarmWords } from '../useAlarmWords';
import { usePlaceWords } from '../usePlaceWords';
import styles from './Review.module.css';
import type { CoveredAlarm } from './reviewTypes';

/** Alarms under an overlay: mark, what, where, what the overlay adds, what lies underneath, and what may be done. */
export function CoveredTable({
  caption,
  rows,
  columns,
  act,
  testId,
}: {
  caption: string;
  rows: readonly CoveredAlarm[];
  columns: readonly Column<CoveredAlarm>[];
  /** The button at a row's end, where the viewer may press it. */
  act?: (row: CoveredAlarm) => ReactNode;
  testId: string;
}) {
  const t = useTranslations('alarmReview');
  const code = useCode();
  const now = useNow();
  const wordsOf = useAlarmWords();
  const placeOf = usePlaceWords();
  return (
    <Table
      caption={caption}
      rows={rows}
      rowKey={({ alarm }) => alarm.id}
      density="roomy"
      cards
      rowProps={({ alarm }) => ({ 'data-testid': testId, 'data-alarm': alarm.id })}
      columns={[
        {
          key: 'what',
          header: t('alarm'),
          rowHeader: true,
          cell: (row): ReactNode => (
            <Link href={`/alarms/${row.alarm.id}`} className={styles.what}>
              <AlarmMark
                priority={row.alarm.priority}
                state={markOf(shownState(row.alarm, now))}
                size="24px"
              />
              <b>{wordsOf(row).title}</b>
            </Link>
          ),
        },
        {
          key: 'place',
          header: t('place'),
          cell: (row): ReactNode => {
            const place = placeOf(row);
            return (
              <>
                {place.title}
                <small>{place.words}</small>
              </>
            );
          },
        },
        ...columns,
        {
          key: 'now',
          header: t('underneath'),
          width: '150px',
          cell: ({ alarm }): ReactNode => code('alarmState', alarm.state),
        },
        ...(act ? [{ key: 'act', header: '', width: '150px', numeric: true, cell: act }] : []),
      ]}
    />
  );
}
