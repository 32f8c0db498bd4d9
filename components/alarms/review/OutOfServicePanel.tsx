'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../../live/trpc';
import { Button } from '../../ui/Button';
import { formatAge, formatDateTime } from '../../ui/formatTime';
import { useCampusZone, useNow } from '../../ui/now';
import { Panel } from '../../ui/Panel';
import { EmptyState } from '../../ui/states';
import { useLang } from '../../ui/useLang';
import { CoveredTable } from './CoveredTable';
import type { CoveredAlarm } from './reviewTypes';

/** Alarms out of service: under which ticket, by whom, for how long already. */
export function OutOfServicePanel({ rows }: { rows: readonly CoveredAlarm[] }) {
  const t = useTranslations('alarmReview');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const putBack = useMutation(
    trpc.alarms.returnToService.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.alarms.covered.queryKey() }),
    }),
  );
  return (
    <Panel title={t('tabs.outOfService')} meta={t('outOfServiceWords')} testId="out-of-service-list">
      {rows.length === 0 ? (
        <EmptyState title={t('noneOut')}>{t('noneOutWords')}</EmptyState>
      ) : (
        <CoveredTable
          caption={t('tabs.outOfService')}
          rows={rows}
          testId="out-of-service-row"
          columns={[
            { key: 'ticket', header: t('ticket'), cell: ({ alarm }) => alarm.outOfServiceTicket },
            { key: 'who', header: t('who'), width: '140px', cell: ({ outOfServiceBy }) => outOfServiceBy },
            {
              key: 'since',
              header: t('since'),
              width: '170px',
              cell: ({ outOfServiceMs }) =>
                outOfServiceMs !== null && (
                  <>
                    {formatDateTime(outOfServiceMs, zone, lang)}
                    <small>{formatAge(Math.max(0, now - outOfServiceMs), lang)}</small>
                  </>
                ),
            },
          ]}
          act={({ alarm, context }) =>
            context.rights.outOfService && (
              <Button
                size="small"
                disabled={putBack.isPending}
                onClick={() => putBack.mutate({ id: Number(alarm.id) })}
                data-testid="put-back"
              >
                {t('putBack')}
              </Button>
            )
          }
        />
      )}
    </Panel>
  );
}
