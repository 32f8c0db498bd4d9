'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import type { Dispute } from '../ui/disputeTypes';
import { formatMoney } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useDisputeReason } from '../ui/useDisputeReason';
import { useLang } from '../ui/useLang';
import { DisputeView } from './DisputeView';
import { FinanceTabs } from './FinanceTabs';

const REFRESH_MS = 15_000;

/** `/finance/disputes`: charges that payers contest, those due first. */
export function DisputesPage({ initial, currency }: { initial: readonly Dispute[]; currency: string }) {
  const t = useTranslations('disputes');
  const reasonWords = useDisputeReason();
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const trpc = useTRPC();
  const [shown, setShown] = useState<string | null>(null);
  const { data } = useQuery(
    trpc.disputes.list.queryOptions(undefined, { initialData: [...initial], refetchInterval: REFRESH_MS }),
  );
  const open = data.find(({ id }) => id === shown) ?? null;
  return (
    <>
      <PageHead title={t('title')} words={t('pageWords')} />
      <FinanceTabs />
      <Panel title={t('title')} testId="disputes">
        {data.length === 0 ? (
          <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
        ) : (
          <Table
            caption={t('title')}
            rows={data}
            cards
            rowKey={(row) => row.id}
            rowProps={(row) => ({ 'data-testid': 'dispute-row', 'data-state': row.state.toLowerCase() })}
            columns={[
              {
                key: 'room',
                header: t('room'),
                rowHeader: true,
                width: '14%',
                cell: (row) => row.spaceCode ?? row.accountCode,
              },
              {
                key: 'charge',
                header: t('charge'),
                width: '22%',
                cell: (row) => formatDateTime(row.t1Ms, zone, lang),
              },
              { key: 'reason', header: t('reason'), cell: (row) => reasonWords(row.reason) },
              {
                key: 'amount',
                header: t('contested'),
                numeric: true,
                width: '13%',
                cell: (row) =>
                  formatMoney(row.disputedMicro, { currency: row.unit ?? currency, decimals: 6 }),
              },
              {
                key: 'state',
                header: t('state'),
                width: '20%',
                cell: (row) => (
                  <>
                    {code('disputeState', row.verdict ?? row.state)}
                    {row.verdict === null && (
                      <small className="quiet">
                        {' '}
                        {t(row.dueMs < now ? 'overdue' : 'due', {
                          time: formatDateTime(row.dueMs, zone, lang),
                        })}
                      </small>
                    )}
                  </>
                ),
              },
              {
                key: 'open',
                header: '',
                width: '88px',
                cell: (row) => (
                  <Button size="small" onClick={() => setShown(row.id)} data-testid="open-dispute">
                    {t('open')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Panel>
      <Dialog
        open={open !== null}
        onOpenChange={(isOpen) => !isOpen && setShown(null)}
        placement="panel"
        title={t('of', { room: open?.spaceCode ?? open?.accountCode ?? '' })}
        testId="dispute-dialog"
      >
        {open && (
          <DisputeView key={open.id} dispute={open} currency={open.unit ?? currency} onOpened={setShown} />
        )}
      </Dialog>
    </>
  );
}
