'use client';

import { useTranslations } from 'next-intl';
import { formatMoneyText } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { HeldOrder } from './financeTypes';

/** Orders that are paid and not credited, with who has each and until when. */
export function HeldPanel({ held, currency }: { held: readonly HeldOrder[]; currency: string }) {
  const t = useTranslations('payments');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return (
    <Panel title={t('held')} testId="held">
      {held.length === 0 ? (
        <EmptyState title={t('noHeld')}>{t('noHeldWords')}</EmptyState>
      ) : (
        <Table
          caption={t('held')}
          rows={held}
          cards
          density="tall"
          rowKey={(row) => row.orderNo}
          rowProps={(row) => ({ 'data-testid': 'held-row', 'data-who': row.who.toLowerCase() })}
          columns={[
            {
              key: 'room',
              header: t('room'),
              rowHeader: true,
              width: '14%',
              cell: (row) => row.spaceCode ?? row.accountCode,
            },
            {
              key: 'order',
              header: t('order'),
              wideCard: true,
              cell: (row) => (
                <>
                  {code('channel', row.channel.toUpperCase())}
                  <small>{row.orderNo}</small>
                </>
              ),
            },
            {
              key: 'paid',
              header: t('paid'),
              width: '16%',
              cell: (row) => formatDateTime(Date.parse(row.paidAt), zone, lang),
            },
            {
              key: 'amount',
              header: t('amount'),
              width: '12%',
              numeric: true,
              cell: (row) => formatMoneyText(row.amount, { currency }),
            },
            {
              key: 'who',
              header: t('who'),
              width: '30%',
              wideCard: true,
              cell: (row) => {
                const by = Date.parse(row.by);
                return (
                  <>
                    {code('orderProblem', row.problem)}
                    <small>
                      {t(by < now ? 'overdue' : `hasIt.${row.who}`, {
                        time: formatDateTime(by, zone, lang),
                      })}
                    </small>
                  </>
                );
              },
            },
          ]}
        />
      )}
    </Panel>
  );
}
