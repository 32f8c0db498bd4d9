'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useConnection } from '../live/LiveProvider';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button, ButtonLink } from '../ui/Button';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Table } from '../ui/Table';
import { type Act, useAct } from '../ui/useAct';
import { useActor } from '../ui/useActor';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './Control.module.css';
import type { ScheduleShown } from './controlTypes';
import { useScheduleWords } from './useScheduleWords';

const REFRESH_MS = 10_000;

/** Schedules: where and when they switch, what comes next, and what can be done about them. */
export function SchedulesPanel() {
  const t = useTranslations('control.schedules');
  const code = useCode();
  const trpc = useTRPC();
  const act = useAct();
  const { data, error, refetch } = useQuery(
    trpc.control.schedules.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  return (
    <Panel
      title={t('title')}
      meta={t('meta')}
      testId="schedules"
      actions={
        data?.steer ? (
          <ButtonLink size="small" href="/control/schedules/new">
            {t('new')}
          </ButtonLink>
        ) : undefined
      }
    >
      {act.refused && (
        <p role="alert" className={styles.refused}>
          {act.refused}
        </p>
      )}
      {error ? (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height={120} onRetry={() => void refetch()} />
      ) : data.schedules.length === 0 ? (
        <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
      ) : (
        <Schedules rows={data.schedules} steer={data.steer} userId={data.userId} act={act} />
      )}
    </Panel>
  );
}

function Schedules({
  rows,
  steer,
  userId,
  act,
}: {
  rows: readonly ScheduleShown[];
  steer: boolean;
  userId: number | null;
  act: Act;
}) {
  const t = useTranslations('control.schedules');
  const words = useScheduleWords();
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const moment = (at: number) => formatMoment(at, now, zone, lang, false);
  return (
    <Table
      caption={t('title')}
      rows={rows}
      rowKey={({ id }) => id}
      density="roomy"
      cards
      className={styles.schedules}
      rowProps={(row) => ({ 'data-testid': 'schedule', 'data-state': row.state.toLowerCase() })}
      columns={[
        {
          key: 'what',
          header: t('what'),
          rowHeader: true,
          cell: (row) => (
            <>
              <b>{row.name}</b>
              <small>{words.place(row)}</small>
              {row.windows.map((window) => (
                <small key={JSON.stringify(window)}>{words.times(window)}</small>
              ))}
              {row.calendar !== null && <small>{t('byCalendar', { code: row.calendar })}</small>}
            </>
          ),
        },
        {
          key: 'state',
          header: t('state'),
          width: '220px',
          cell: (row) => (
            <>
              {t(`states.${row.state}`)}
              {row.endCause !== null && row.endedMs !== null && (
                <small>
                  {t(`causes.${row.endCause}`, { name: actor(row.endedBy), time: moment(row.endedMs) })}
                </small>
              )}
              {row.missedMs !== null && <small>{t('missed', { time: moment(row.missedMs) })}</small>}
              {row.held > 0 && <small data-testid="schedule-held">{t('held', { n: row.held })}</small>}
            </>
          ),
        },
        {
          key: 'next',
          header: t('next'),
          width: '190px',
          cell: (row) => (
            <>
              {row.next === null
                ? t('noNext')
                : t(`firing.${row.next.direction}`, { time: moment(row.next.atMs) })}
              {row.lastJob && (
                <small>
                  <Link href={`/control/${row.lastJob.id}`}>
                    {t(`fired.${row.lastJob.direction}`, { time: moment(row.lastJob.atMs) })}
                  </Link>
                </small>
              )}
            </>
          ),
        },
        {
          key: 'who',
          header: t('who'),
          width: '170px',
          wideCard: true,
          cell: (row) => (
            <>
              {[actor(row.requestedBy), row.approvedBy && actor(row.approvedBy)]
                .filter(Boolean)
                .join(t('comma'))}
              <small>{row.reason}</small>
            </>
          ),
        },
        {
          key: 'acts',
          header: '',
          width: '200px',
          wideCard: true,
          cell: (row) => steer && <Acts row={row} own={row.requesterId === userId} act={act} />,
        },
      ]}
    />
  );
}

function Acts({ row, own, act }: { row: ScheduleShown; own: boolean; act: Act }) {
  const t = useTranslations('control.schedules');
  const { state: connection } = useConnection();
  const disabled = act.busy || connection === 'offline';
  const { id, name, state } = row;
  const button = (label: 'approve' | 'reject' | 'pause' | 'resume' | 'end' | 'withdraw', run: () => void) => (
    <Button
      size="small"
      disabled={disabled}
      onClick={run}
      aria-label={t('named', { act: t(label), name })}
      data-testid={`schedule-${label}`}
    >
      {t(label)}
    </Button>
  );
  const decide = (approve: boolean) =>
    void act.run((client) => client.control.decideSchedule.mutate({ id, approve }));
  const steer = (event: 'PAUSE' | 'RESUME' | 'END') =>
    void act.run((client) => client.control.steerSchedule.mutate({ id, event }));
  switch (state) {
    case 'PENDING_APPROVAL':
      return own ? (
        button('withdraw', () => steer('END'))
      ) : (
        <span className={styles.acts}>
          {button('approve', () => decide(true))}
          {button('reject', () => decide(false))}
        </span>
      );
    case 'ACTIVE':
      return (
        <span className={styles.acts}>
          {button('pause', () => steer('PAUSE'))}
          {button('end', () => steer('END'))}
        </span>
      );
    case 'PAUSED':
      return (
        <span className={styles.acts}>
          {button('resume', () => steer('RESUME'))}
          {button('end', () => steer('END'))}
        </span>
      );
    default:
      return null;
  }
}
