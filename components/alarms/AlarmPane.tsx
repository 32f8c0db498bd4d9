'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo } from 'react';
import { useAlarm } from '../live/hooks';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { ButtonLink } from '../ui/Button';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { AlarmActions, type PaneActs } from './AlarmActions';
import { AlarmEvidence } from './AlarmEvidence';
import { AlarmHeadline } from './AlarmHeadline';
import styles from './AlarmPane.module.css';
import { AlarmPlace } from './AlarmPlace';
import { AlarmResponse } from './AlarmResponse';
import { AlarmSupply } from './AlarmSupply';
import { AlarmTrace } from './AlarmTrace';
import { AlarmVerdict } from './AlarmVerdict';
import type { AlarmRow } from './incidents';
import { SamePoint } from './SamePoint';
import { Timeline } from './Timeline';

const REFRESH_MS = 5_000;

interface Props {
  id: string;
  /** The row as the list has it, so that the pane is complete before its own query has answered. */
  row: AlarmRow | null;
  acknowledging: boolean;
  acts: PaneActs;
}

/** Everything about one alarm: beside the list on a desk, a page of its own on a phone. */
export function AlarmPane({ id, row: listed, acknowledging, acts }: Props) {
  const t = useTranslations('alarms');
  const code = useCode();
  const trpc = useTRPC();
  const streamed = useAlarm(id);
  const { data, error, refetch } = useQuery(
    trpc.alarms.detail.queryOptions({ id: Number(id) }, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  const streamedAt = streamed?.changedAt ?? null;
  const readAt = data?.alarm.changedAt ?? null;
  const isNews = streamedAt !== null && readAt !== null && streamedAt > readAt;
  useEffect(() => {
    if (isNews) void refetch();
  }, [isNews, refetch]);
  const alarm = newest(streamed ?? listed?.alarm, data?.alarm);
  const context = data?.context ?? listed?.context ?? null;
  const row = useMemo(() => (alarm ? { alarm, context } : null), [alarm, context]);
  if (!row) {
    return (
      <section className={styles.pane} aria-label={t('pane')}>
        {error && refusalOf(error).reason === 'ALARM' ? (
          <EmptyState
            title={t('noSuchAlarm', { id })}
            action={<ButtonLink href="/alarms">{t('allAlarms')}</ButtonLink>}
          >
            {t('noSuchAlarmWords')}
          </EmptyState>
        ) : error ? (
          <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={240} onRetry={() => void refetch()} />
        )}
      </section>
    );
  }
  return (
    <section
      className={styles.pane}
      aria-label={t('pane')}
      data-testid="alarm-pane"
      data-alarm={id}
      data-pri={row.alarm.priority}
    >
      <AlarmHeadline row={row} detail={data ?? null} />
      <AlarmPlace row={row} detail={data ?? null} />
      <AlarmActions row={row} detail={data ?? null} acknowledging={acknowledging} acts={acts} />
      <AlarmSupply row={row} />
      {data ? (
        <>
          <AlarmTrace detail={data} row={row} />
          <AlarmEvidence detail={data} />
          <AlarmResponse detail={data} row={row} />
          <AlarmVerdict detail={data} mayJudge={context?.rights.judge ?? false} />
          <SamePoint detail={data} />
          <Timeline entries={data.timeline} rule={row.alarm.rule} />
        </>
      ) : (
        <div className={styles.part}>
          <Skeleton height={168} onRetry={() => void refetch()} />
        </div>
      )}
    </section>
  );
}

function newest(streamed: AlarmRow['alarm'] | undefined, read: AlarmRow['alarm'] | undefined) {
  if (!streamed || !read) return streamed ?? read ?? null;
  return read.changedAt > streamed.changedAt ? read : streamed;
}
