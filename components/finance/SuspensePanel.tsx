'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import { formatMoneyText } from '../ui/format';
import { formatAge, formatDateTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { SuspenseItem } from './financeTypes';

/** Money that is not what was ordered: from whom, why, since when and until when its place must be found. */
export function SuspensePanel({
  suspense,
  onResolve,
}: {
  suspense: readonly SuspenseItem[];
  onResolve: (item: SuspenseItem) => void;
}) {
  const t = useTranslations('payments');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return (
    <Panel title={t('suspense')} testId="suspense">
      {suspense.length === 0 ? (
        <EmptyState title={t('noSuspense')}>{t('noSuspenseWords')}</EmptyState>
      ) : (
        <Table
          caption={t('suspense')}
          rows={suspense}
          cards
          density="tall"
          rowKey={(row) => row.id}
          rowProps={(row) => ({ 'data-testid': 'suspense-row', 'data-reference': row.providerTxn })}
          columns={[
            {
              key: 'from',
              header: t('from'),
              rowHeader: true,
              cell: (row) => (
                <>
                  <b>
                    {row.spaceCode ??
                      (row.accountCode === null
                        ? t('unnamed')
                        : row.orderNo === null
                          ? t('named', { account: row.accountCode })
                          : row.accountCode)}
                  </b>
                  <small>
                    {code('channel', row.channel.toUpperCase())} {row.providerTxn}
                  </small>
                </>
              ),
            },
            {
              key: 'why',
              header: t('why'),
              width: '24%',
              cell: (row) => code('suspenseReason', row.reason),
            },
            {
              key: 'amount',
              header: t('amount'),
              width: '12%',
              numeric: true,
              cell: (row) => formatMoneyText(row.amount, { currency: row.currency }),
            },
            {
              key: 'since',
              header: t('since'),
              width: '22%',
              cell: (row) => {
                const received = Date.parse(row.receivedAt);
                const due = Date.parse(row.dueAt);
                return (
                  <>
                    {formatAge(now - received, lang, { at: received, zone })}
                    <small>
                      {t(due < now ? 'overdue' : 'due', { time: formatDateTime(due, zone, lang) })}
                    </small>
                  </>
                );
              },
            },
            {
              key: 'act',
              header: '',
              width: '152px',
              wideCard: true,
              cell: (row) => (
                <Button size="small" onClick={() => onResolve(row)} data-testid="resolve">
                  {t('resolve')}
                </Button>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
