'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { markOf, shownState } from '../../live/alarmView';
import { AlarmMark } from '../../ui/AlarmMark';
import { useNow } from '../../ui/now';
import { type Column, Table } from '../../ui/Table';
import { useAlarmWords } from '../useAlarmWords';
import { usePlaceWords } from '../usePlaceWords';
import styles from './Review.module.css';
import type { CoveredAlarm } from './reviewTypes';

/** Alarms under an overlay: mark, what, where, and what the overlay adds. */
export function CoveredTable({
  caption,
  rows,
  columns,
  testId,
}: {
  caption: string;
  rows: readonly CoveredAlarm[];
  columns: readonly Column<CoveredAlarm>[];
  testId: string;
}) {
  const t = useTranslations('alarmReview');
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
      ]}
    />
  );
}
