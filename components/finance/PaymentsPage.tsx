'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useLiveBalances } from '../live/hooks';
import { useLiveRoom } from '../live/LiveProvider';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { PageHead } from '../ui/PageHead';
import { ErrorState } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useUrlValue } from '../ui/useUrlValue';
import { BankSheetPanel } from './BankSheetPanel';
import { ChargebackDialog } from './ChargebackDialog';
import { ChargebacksPanel } from './ChargebacksPanel';
import { FinanceTabs } from './FinanceTabs';
import type { Attention, FlaggedAccount, RefundLine, SuspenseItem } from './financeTypes';
import { HeldPanel } from './HeldPanel';
import { LiftFlagDialog } from './LiftFlagDialog';
import { RefundDialog } from './RefundDialog';
import { isOpenRefund, RefundsPanel } from './RefundsPanel';
import { SuspenseDialog } from './SuspenseDialog';
import { SuspensePanel } from './SuspensePanel';
import { UnassignedPanel } from './UnassignedPanel';

const REFRESH_MS = 15_000;

/** `/finance/payments`: money that is not where it should be, refunds, and the bank's lists. */
export function PaymentsPage({
  currency,
  attention: initial,
  refunds: initialRefunds,
}: {
  currency: string;
  attention: Attention;
  refunds: RefundLine[];
}) {
  const t = useTranslations('payments');
  const code = useCode();
  const trpc = useTRPC();
  const [refundFor, setRefundFor] = useUrlValue('refund');
  const [item, setItem] = useState<SuspenseItem | null>(null);
  const [flag, setFlag] = useState<FlaggedAccount | null>(null);
  const [entering, setEntering] = useState(false);
  const attention = useQuery(
    trpc.payments.attention.queryOptions(undefined, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  const refunds = useQuery(
    trpc.payments.refunds.queryOptions(
      { account: null },
      { initialData: initialRefunds, refetchInterval: REFRESH_MS },
    ),
  );
  // Whatever moves an account's payments is asked for at once; the interval is for what names no account.
  useLiveRoom('payments');
  const moved = useLiveBalances();
  const queries = useQueryClient();
  const attentionKey = trpc.payments.attention.queryKey();
  const refundsKey = trpc.payments.refunds.queryKey({ account: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when a payment moved, not when a key is made anew
  useEffect(() => {
    if (moved.length === 0) return;
    void queries.invalidateQueries({ queryKey: attentionKey });
    void queries.invalidateQueries({ queryKey: refundsKey });
  }, [moved, queries]);
  const { flagged, held, suspense, unassigned } = attention.data;
  const open = refunds.data.filter(isOpenRefund).length;
  const error = attention.error ?? refunds.error;
  return (
    <>
      <PageHead
        title={
          held.length + suspense.length + unassigned.length === 0
            ? t('headlineNone')
            : t('headline', { held: held.length, suspense: suspense.length + unassigned.length })
        }
        words={t('words', { n: open })}
        actions={
          <Button variant="primary" onClick={() => setRefundFor('')} data-testid="new-refund">
            {t('newRefund')}
          </Button>
        }
      />
      <FinanceTabs />
      {error && (
        <ErrorState
          cause={code('refusal', refusalOf(error).reason)}
          onRetry={() => void Promise.all([attention.refetch(), refunds.refetch()])}
        />
      )}
      <HeldPanel held={held} currency={currency} />
      <UnassignedPanel unassigned={unassigned} />
      <SuspensePanel suspense={suspense} onResolve={setItem} />
      <ChargebacksPanel
        flagged={flagged}
        currency={currency}
        onEnter={() => setEntering(true)}
        onLift={setFlag}
      />
      <RefundsPanel refunds={refunds.data} currency={currency} onAgain={setRefundFor} />
      <BankSheetPanel currency={currency} />
      {refundFor !== null && (
        <RefundDialog account={refundFor} currency={currency} onClose={() => setRefundFor(null)} />
      )}
      {entering && <ChargebackDialog currency={currency} onClose={() => setEntering(false)} />}
      {flag && <LiftFlagDialog key={flag.id} one={flag} onClose={() => setFlag(null)} />}
      {item && <SuspenseDialog key={item.id} item={item} currency={currency} onClose={() => setItem(null)} />}
    </>
  );
}
