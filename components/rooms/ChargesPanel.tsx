'use client';

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useLiveBalance } from '../live/hooks';
import { refusalOf } from '../live/refusal';
import { useTRPC, useTRPCClient } from '../live/trpc';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { exactMicro } from '../ui/exact';
import { formatMoney } from '../ui/format';
import { formatDate, formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { usePeriodName } from '../ui/usePeriodName';
import styles from './ChargesPanel.module.css';
import { ProofView } from './ProofView';
import type { ChargeRow } from './roomData';

const PAGE = 12;

/** Charges of the account, newest first; each opens its proof. */
export function ChargesPanel({
  accountCode,
  title,
  currency,
}: {
  accountCode: string;
  title: string;
  currency: string;
}) {
  const t = useTranslations('rooms');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const periodOf = usePeriodName();
  const [shown, setShown] = useState<string | null>(null);
  const key = trpc.rooms.charges.queryKey({ accountCode, before: null, limit: PAGE });
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: key,
    initialPageParam: null as { t1Ms: number; id: string } | null,
    queryFn: ({ pageParam }) => client.rooms.charges.query({ accountCode, before: pageParam, limit: PAGE }),
    getNextPageParam: (page) => page.next,
  });
  // A posting moves the ledger's sum: then there is a charge that this list does not have yet.
  const ledger = useLiveBalance(accountCode)?.ledgerMicro ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the ledger moves, not when the key is made anew
  useEffect(() => {
    if (ledger !== null) void queries.invalidateQueries({ queryKey: key });
  }, [ledger, queries]);
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const unit = (row: ChargeRow) => (row.utility === 'ELECTRICITY' ? 'kWh' : 'm³');
  return (
    <Panel title={t('charges')} meta={t('chargesMeta')} testId="charges">
      {data ? (
        rows.length === 0 ? (
          <EmptyState title={t('noCharges')}>{t('noChargesWords')}</EmptyState>
        ) : (
          <>
            <Table
              caption={t('charges')}
              rows={rows}
              cards
              rowKey={(row) => row.id}
              rowProps={(row) => ({ 'data-testid': 'charge-row', 'data-charge': row.id })}
              columns={[
                {
                  key: 'span',
                  header: t('chargeSpan'),
                  rowHeader: true,
                  cell: (row) => (
                    <>
                      {formatDate(row.t0Ms, zone, lang)} {formatTime(row.t0Ms, zone, false)}–
                      {formatTime(row.t1Ms, zone, false)}
                    </>
                  ),
                },
                {
                  key: 'period',
                  header: t('period'),
                  width: '20%',
                  cell: (row) => (
                    <>
                      {row.periods.map(periodOf).join(t('comma'))}
                      {row.estimated && ` (${t('estimated')})`}
                    </>
                  ),
                },
                {
                  key: 'quantity',
                  header: t('quantity'),
                  width: '18%',
                  numeric: true,
                  cell: (row) => `${exactMicro(row.quantityMicro, 3)} ${unit(row)}`,
                },
                {
                  key: 'amount',
                  header: t('amount'),
                  width: '18%',
                  numeric: true,
                  cell: (row) => formatMoney(-row.amountMicro, { currency, decimals: 6 }),
                },
                {
                  key: 'proof',
                  header: '',
                  width: '96px',
                  numeric: true,
                  cell: (row) => (
                    <Button size="small" onClick={() => setShown(row.id)} data-testid="open-proof">
                      {t('proof')}
                    </Button>
                  ),
                },
              ]}
            />
            {hasNextPage && (
              <div className={styles.more}>
                <Button size="small" onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
                  {t('olderCharges')}
                </Button>
              </div>
            )}
          </>
        )
      ) : error ? (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={320} onRetry={() => void refetch()} />
      )}
      <Dialog
        open={shown !== null}
        onOpenChange={(open) => !open && setShown(null)}
        placement="panel"
        eyebrow={<span>{t('proofOf', { room: title })}</span>}
        title={t('proofTitle')}
        testId="proof-dialog"
      >
        {shown !== null && <ProofView id={shown} currency={currency} />}
      </Dialog>
    </Panel>
  );
}
