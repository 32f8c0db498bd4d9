'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useTranslations } from 'next-intl';
import type { AppRouter } from '../../server/trpc/root';
import { useTRPC } from '../live/trpc';
import { Button, ButtonLink } from '../ui/Button';
import { formatDateTime, formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { EmptyState, Notice } from '../ui/states';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import { AddShiftForm } from './AddShiftForm';
import styles from './Roster.module.css';

export type Roster = inferRouterOutputs<AppRouter>['duty']['roster'];
type Shift = Roster['shifts'][number];

const REFRESH_MS = 30_000;
const LEVELS = ['ON_DUTY', 'SHIFT_LEAD', 'DUTY_MANAGER'] as const;

/** `/admin/people`: the duty roster of the coming week, by which escalations go. Empty times are said aloud. */
export function RosterPage({ initial }: { initial: Roster }) {
  const t = useTranslations('duty');
  const trpc = useTRPC();
  const now = useNow();
  const { data } = useQuery(
    trpc.duty.roster.queryOptions(undefined, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  const onDuty = new Set(
    data.shifts.filter(({ from, to }) => from <= now && now < to).map(({ userId }) => userId),
  ).size;
  return (
    <>
      <PageHead
        title={t('headline', { n: onDuty })}
        words={t('words')}
        actions={<ButtonLink href="/alarms/review?tab=performance">{t('toReview')}</ButtonLink>}
      />
      <Warnings data={data} now={now} />
      {data.unreached.length > 0 && (
        <Notice strong testId="roster-unreached">
          {t('unreached', { people: data.unreached.join(t('comma')) })}
        </Notice>
      )}
      <div className={data.mayKeep ? styles.columns : undefined}>
        <Panel title={t('coming')} meta={t('comingWords')} testId="roster">
          {data.shifts.length === 0 ? (
            <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
          ) : (
            <Shifts rows={data.shifts} mayKeep={data.mayKeep} now={now} />
          )}
        </Panel>
        {data.mayKeep && <AddShiftForm candidates={data.candidates} asOfMs={data.asOfMs} />}
      </div>
    </>
  );
}

/** What the roster leaves open: nobody at all, or a level for some time. */
function Warnings({ data, now }: { data: Roster; now: number }) {
  const t = useTranslations('duty');
  const lang = useLang();
  const zone = useCampusZone();
  if (data.shifts.length === 0)
    return (
      <Notice strong testId="roster-empty">
        {t('emptyWarning')}
      </Notice>
    );
  return LEVELS.flatMap((level) => {
    const gap = data.gaps.find((one) => one.level === level);
    if (!gap) return [];
    const open = gap.from <= now;
    return [
      <Notice key={level} strong={open} testId="roster-gap">
        {t(open ? 'gapNow' : 'gapLater', {
          level: t(`level.${level}`),
          from: formatMoment(gap.from, now, zone, lang, false),
          to: gap.to >= data.toMs ? t('endOfWeek') : formatMoment(gap.to, now, zone, lang, false),
        })}
      </Notice>,
    ];
  });
}

function Shifts({ rows, mayKeep, now }: { rows: readonly Shift[]; mayKeep: boolean; now: number }) {
  const t = useTranslations('duty');
  const lang = useLang();
  const zone = useCampusZone();
  const name = useName();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.duty.remove.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.duty.roster.queryKey() }),
    }),
  );
  return (
    <Table
      caption={t('coming')}
      rows={rows}
      rowKey={({ id }) => String(id)}
      density="roomy"
      cards
      rowProps={({ from, to }) => ({
        'data-testid': 'shift',
        'data-now': from <= now && now < to ? 'true' : undefined,
      })}
      columns={[
        {
          key: 'who',
          header: t('who'),
          rowHeader: true,
          cell: (row) => (
            <>
              <b>{row.name}</b>
              {row.from <= now && now < row.to && <small>{t('now')}</small>}
            </>
          ),
        },
        { key: 'level', header: t('levelHead'), width: '140px', cell: (row) => t(`level.${row.level}`) },
        {
          key: 'place',
          header: t('zone'),
          cell: (row) => (row.place ? `${row.place.code} ${name(row.place)}` : t('campus')),
        },
        {
          key: 'from',
          header: t('from'),
          width: '150px',
          cell: (row) => formatDateTime(row.from, zone, lang),
        },
        { key: 'to', header: t('to'), width: '150px', cell: (row) => formatDateTime(row.to, zone, lang) },
        {
          key: 'act',
          header: '',
          width: '104px',
          numeric: true,
          cell: (row) =>
            mayKeep && (
              <Button
                size="small"
                disabled={remove.isPending}
                onClick={() => remove.mutate({ id: row.id })}
                aria-label={t('removeNamed', { name: row.name })}
              >
                {t('remove')}
              </Button>
            ),
        },
      ]}
    />
  );
}
