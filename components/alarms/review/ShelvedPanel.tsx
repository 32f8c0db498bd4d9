'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../../live/trpc';
import { Button } from '../../ui/Button';
import { formatMoment, formatStopwatch } from '../../ui/formatTime';
import { useCampusZone, useNow } from '../../ui/now';
import { Panel } from '../../ui/Panel';
import { EmptyState } from '../../ui/states';
import { useCode } from '../../ui/useCode';
import { useLang } from '../../ui/useLang';
import { CoveredTable } from './CoveredTable';
import type { CoveredAlarm } from './reviewTypes';

/** Shelved alarms: who, why, until when. Unshelving announces what is still active. */
export function ShelvedPanel({ rows }: { rows: readonly CoveredAlarm[] }) {
  const t = useTranslations('alarmReview');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const unshelve = useMutation(
    trpc.alarms.unshelve.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.alarms.covered.queryKey() }),
    }),
  );
  const why = (text: string | null) => {
    const [reason = '', ...note] = (text ?? '').split(': ');
    return [code('shelveReason', reason), ...note].filter(Boolean).join(t('comma'));
  };
  return (
    <Panel title={t('tabs.shelved')} meta={t('shelvedWords')} testId="shelved">
      {rows.length === 0 ? (
        <EmptyState title={t('noneShelved')}>{t('noneShelvedWords')}</EmptyState>
      ) : (
        <CoveredTable
          caption={t('tabs.shelved')}
          rows={rows}
          testId="shelved-row"
          columns={[
            { key: 'who', header: t('who'), width: '140px', cell: ({ alarm }) => alarm.shelvedBy },
            { key: 'why', header: t('why'), cell: ({ alarm }) => why(alarm.shelvedReason) },
            {
              key: 'until',
              header: t('until'),
              width: '150px',
              cell: ({ alarm }) => (
                <>
                  {formatMoment(alarm.shelvedUntil ?? now, now, zone, lang, false)}
                  <small>
                    {t('left', {
                      age: formatStopwatch(Math.max(0, (alarm.shelvedUntil ?? now) - now), lang),
                    })}
                  </small>
                </>
              ),
            },
          ]}
          act={({ alarm, context }) =>
            context.rights.shelve && (
              <Button
                size="small"
                disabled={unshelve.isPending}
                onClick={() => unshelve.mutate({ id: Number(alarm.id) })}
                data-testid="unshelve"
              >
                {t('unshelve')}
              </Button>
            )
          }
        />
      )}
    </Panel>
  );
}
