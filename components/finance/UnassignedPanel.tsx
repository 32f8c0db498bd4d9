'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import { formatMoneyText } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Notice } from '../ui/states';
import { Table } from '../ui/Table';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { Attention } from './financeTypes';

/** Money of which no order and no merchant account says to which campus it belongs; absent while there is none. */
export function UnassignedPanel({ unassigned }: { unassigned: Attention['unassigned'] }) {
  const t = useTranslations('payments');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const act = useAct();
  if (unassigned.length === 0) return null;
  return (
    <Panel title={t('unassigned')} testId="unassigned">
      <p className="quiet">{t('unassignedWords')}</p>
      {act.refused && <Notice strong>{act.refused}</Notice>}
      <Table
        caption={t('unassigned')}
        rows={unassigned}
        cards
        density="tall"
        rowKey={(row) => row.id}
        rowProps={(row) => ({ 'data-testid': 'unassigned-row', 'data-reference': row.providerTxn })}
        columns={[
          {
            key: 'from',
            header: t('channel'),
            rowHeader: true,
            cell: (row) => (
              <>
                {code('channel', row.channel.toUpperCase())}
                <small>{row.providerTxn}</small>
              </>
            ),
          },
          {
            key: 'amount',
            header: t('amount'),
            width: '20%',
            numeric: true,
            cell: (row) => formatMoneyText(row.amount, { currency: row.currency }),
          },
          {
            key: 'received',
            header: t('received'),
            width: '30%',
            cell: (row) => formatDateTime(Date.parse(row.receivedAt), zone, lang),
          },
          {
            key: 'act',
            header: '',
            width: '152px',
            wideCard: true,
            cell: (row) => (
              <Button
                size="small"
                disabled={act.busy}
                onClick={() => void act.run((to) => to.payments.claim.mutate({ id: row.id }))}
                data-testid="claim"
              >
                {t('claim')}
              </Button>
            ),
          },
        ]}
      />
    </Panel>
  );
}
