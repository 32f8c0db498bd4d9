'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import { formatMoneyText } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { FlaggedAccount } from './financeTypes';

/** Accounts that are flagged because a payer's bank took a payment back. */
export function ChargebacksPanel({
  flagged,
  currency,
  onEnter,
  onLift,
}: {
  flagged: readonly FlaggedAccount[];
  currency: string;
  onEnter: () => void;
  onLift: (one: FlaggedAccount) => void;
}) {
  const t = useTranslations('payments');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const at = (text: string) => formatDateTime(Date.parse(text), zone, lang);
  return (
    <Panel
      title={t('flagged')}
      testId="flagged"
      actions={
        <Button size="small" onClick={onEnter} data-testid="enter-chargeback">
          {t('enterChargeback')}
        </Button>
      }
    >
      {flagged.length === 0 ? (
        <EmptyState title={t('noFlagged')}>{t('noFlaggedWords')}</EmptyState>
      ) : (
        <Table
          caption={t('flagged')}
          rows={flagged}
          cards
          density="tall"
          rowKey={(row) => row.id}
          rowProps={(row) => ({ 'data-testid': 'flagged-row', 'data-reference': row.reference })}
          columns={[
            {
              key: 'account',
              header: t('account'),
              rowHeader: true,
              cell: (row) => (
                <>
                  <b>{row.accountCode}</b>
                  <small>
                    {code('channel', row.channel.toUpperCase())} {row.reference}
                  </small>
                </>
              ),
            },
            { key: 'why', header: t('why'), width: '24%', cell: (row) => row.reason },
            {
              key: 'amount',
              header: t('amount'),
              width: '12%',
              numeric: true,
              cell: (row) => formatMoneyText(row.amount, { currency }),
            },
            {
              key: 'taken',
              header: t('takenBack'),
              width: '24%',
              cell: (row) => (
                <>
                  {at(row.bookedAt)}
                  {row.returnedAt !== null && <small>{t('cameBack', { time: at(row.returnedAt) })}</small>}
                </>
              ),
            },
            {
              key: 'act',
              header: '',
              width: '132px',
              wideCard: true,
              cell: (row) => (
                <Button size="small" onClick={() => onLift(row)} data-testid="lift-flag">
                  {t('liftFlag')}
                </Button>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
