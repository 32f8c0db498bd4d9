'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { AppRouter } from '../../server/trpc/root';
import { shortPlace } from '../live/alarmView';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { SegmentedControl } from '../ui/SegmentedControl';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useDeliveryReason } from '../ui/useDeliveryReason';
import { useLang } from '../ui/useLang';
import { useKindWords } from './useKindWords';

export type Deliveries = inferRouterOutputs<AppRouter>['notices']['deliveries'];
export type DeliveryState = keyof Deliveries['counts'];
type Row = Deliveries['rows'][number];

const STATES = ['FAILED', 'QUEUED', 'SENT', 'SKIPPED'] as const;

/** Messages of the last days with what became of each; a failed one can be sent again. */
export function DeliveriesPanel({
  deliveries,
  state,
  onState,
}: {
  deliveries: Deliveries;
  state: DeliveryState | null;
  onState: (state: DeliveryState | null) => void;
}) {
  const t = useTranslations('notices.admin');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const kindWords = useKindWords();
  const reasonWords = useDeliveryReason();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const again = useMutation(
    trpc.notices.sendAgain.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.notices.deliveries.queryKey() }),
    }),
  );
  const stateWords = (row: Row) => {
    const words = code('deliveryState', row.state);
    return row.reason === null ? words : t('because', { state: words, reason: reasonWords(row.reason) });
  };
  return (
    <Panel
      title={t('list', { days: deliveries.days })}
      testId="deliveries"
      tools={
        <SegmentedControl
          label={t('state')}
          value={state ?? 'ALL'}
          options={[
            { value: 'ALL', label: t('all') },
            ...STATES.map((value) => ({ value, label: code('deliveryState', value) })),
          ]}
          onChange={(value) => onState(value === 'ALL' ? null : (value as DeliveryState))}
        />
      }
    >
      {deliveries.rows.length === 0 ? (
        <EmptyState title={t('empty')}>{t('emptyWords')}</EmptyState>
      ) : (
        <Table
          caption={t('list', { days: deliveries.days })}
          rows={deliveries.rows}
          rowKey={(row) => String(row.id)}
          density="roomy"
          cards
          rowProps={(row) => ({ 'data-testid': 'delivery', 'data-state': row.state.toLowerCase() })}
          columns={[
            {
              key: 'what',
              header: t('what'),
              rowHeader: true,
              cell: (row) =>
                row.alarmId === null ? (
                  kindWords(row.kind)
                ) : row.alarm === null ? (
                  t('incident', { kind: kindWords(row.kind), id: row.alarmId })
                ) : (
                  <>
                    {kindWords(row.kind)}
                    <small>
                      <Link href={`/alarms/${row.alarmId}`} data-testid="delivery-alarm">
                        {[code('alarmRule', row.alarm.rule), shortPlace(row.alarm)].filter(Boolean).join(' ')}
                      </Link>
                    </small>
                  </>
                ),
            },
            {
              key: 'to',
              header: t('to'),
              width: '220px',
              cell: (row) => (row.receiver === '' ? t('resident') : row.receiver),
            },
            {
              key: 'channel',
              header: t('channel'),
              width: '130px',
              cell: (row) => code('noticeChannel', row.channel),
            },
            {
              key: 'state',
              header: t('state'),
              width: '240px',
              cell: (row) => (
                <>
                  {stateWords(row)}
                  {row.attempts > 1 && <span className="meta"> {t('attempts', { n: row.attempts })}</span>}
                </>
              ),
            },
            {
              key: 'when',
              header: t('when'),
              width: '150px',
              cell: (row) => formatDateTime(row.sentMs ?? row.createdMs, zone, lang),
            },
            {
              key: 'again',
              header: '',
              width: '130px',
              numeric: true,
              cell: (row) =>
                row.state === 'FAILED' && (
                  <Button
                    size="small"
                    disabled={again.isPending}
                    aria-label={t('againNamed', { id: row.id })}
                    onClick={() => again.mutate({ id: row.id })}
                  >
                    {t('again')}
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
