'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { formatMoney } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { SegmentedControl } from '../ui/SegmentedControl';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { RefundLine } from './financeTypes';
import { HandOutDialog } from './HandOutDialog';
import styles from './PaymentsPage.module.css';

/** What is not with its payer yet; a refused one is back on its account and waits for another way. */
const OPEN: ReadonlySet<RefundLine['state']> = new Set(['QUEUED', 'SENT', 'BY_HAND', 'FAILED']);
export const isOpenRefund = ({ state }: RefundLine): boolean => OPEN.has(state);

type Shown = 'OPEN' | 'ALL';

/** Each part of each refund: to which payment it goes back, how far it is, and what a person can do about it. */
export function RefundsPanel({
  refunds,
  currency,
  onAgain,
}: {
  refunds: readonly RefundLine[];
  currency: string;
  /** Starts a refund of an account anew. */
  onAgain: (account: string) => void;
}) {
  const t = useTranslations('payments');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const act = useAct();
  const [shown, setShown] = useState<Shown>('OPEN');
  const [toHandOut, setToHandOut] = useState<RefundLine | null>(null);
  const rows = shown === 'ALL' ? refunds : refunds.filter(isOpenRefund);
  const money = (micro: bigint) => formatMoney(micro, { currency });
  return (
    <Panel
      title={t('refunds')}
      tools={
        <SegmentedControl<Shown>
          label={t('refunds')}
          options={(['OPEN', 'ALL'] as const).map((value) => ({ value, label: t(`shown.${value}`) }))}
          value={shown}
          onChange={setShown}
        />
      }
      testId="refunds"
    >
      {act.refused && (
        <p role="alert" className={styles.refused}>
          {act.refused}
        </p>
      )}
      {rows.length === 0 ? (
        <EmptyState title={t(shown === 'OPEN' ? 'noOpenRefunds' : 'noRefunds')}>
          {t('noRefundsWords')}
        </EmptyState>
      ) : (
        <Table
          caption={t('refunds')}
          rows={rows}
          cards
          density="tall"
          rowKey={(row) => row.refundNo}
          rowProps={(row) => ({
            'data-testid': 'refund-row',
            'data-state': row.state.toLowerCase(),
            'data-refund': row.refundNo,
          })}
          columns={[
            {
              key: 'room',
              header: t('room'),
              rowHeader: true,
              width: '13%',
              cell: (row) => (
                <>
                  {row.spaceCode ?? row.accountCode}
                  <small>{formatDateTime(row.createdMs, zone, lang)}</small>
                </>
              ),
            },
            {
              key: 'amount',
              header: t('amount'),
              width: '11%',
              numeric: true,
              cell: (row) => money(row.amountMicro),
            },
            {
              key: 'to',
              header: t('backTo'),
              width: '23%',
              wideCard: true,
              cell: (row) => (
                <>
                  {t('paymentOf', {
                    channel: code('channel', row.paidBy.toUpperCase()),
                    time: formatDateTime(row.paidMs, zone, lang),
                  })}
                  <small>
                    {t('ofAmount', { amount: money(row.paidMicro), reference: row.paidReference })}
                  </small>
                </>
              ),
            },
            {
              key: 'why',
              header: t('reason'),
              wideCard: true,
              cell: (row) => (
                <>
                  {row.reason}
                  <small>
                    {row.approverName
                      ? t('byTwo', { name: row.actorName, second: row.approverName })
                      : row.actorName}
                  </small>
                </>
              ),
            },
            {
              key: 'state',
              header: t('state'),
              width: '19%',
              wideCard: true,
              cell: (row) => (
                <>
                  {code('refundState', row.state)}
                  <small>{stateWords(row)}</small>
                </>
              ),
            },
            {
              key: 'act',
              header: '',
              width: '152px',
              wideCard: true,
              cell: (row) => actOf(row),
            },
          ]}
        />
      )}
      {toHandOut && (
        <HandOutDialog refund={toHandOut} currency={currency} onClose={() => setToHandOut(null)} />
      )}
    </Panel>
  );

  function stateWords(row: RefundLine): string {
    const why = row.problem === null ? '' : code('refundProblem', row.problem);
    const time = (ms: number) => formatDateTime(ms, zone, lang);
    if (row.state === 'QUEUED' || row.state === 'SENT')
      return [why, row.dueMs === null ? '' : t('toldAt', { n: row.attempts, time: time(row.dueMs) })]
        .filter(Boolean)
        .join(' · ');
    if (row.state === 'FAILED') return [why, t('backOnAccount')].filter(Boolean).join(' · ');
    if (row.doneMs === null) return t('waitsForHand');
    return [time(row.doneMs), row.reference ?? ''].filter(Boolean).join(' · ');
  }

  function actOf(row: RefundLine) {
    switch (row.state) {
      case 'QUEUED':
      case 'SENT':
        return (
          <Button
            size="small"
            disabled={act.busy}
            onClick={() => void act.run((to) => to.payments.retryRefund.mutate({ refundNo: row.refundNo }))}
            data-testid="retry-refund"
          >
            {t('retry')}
          </Button>
        );
      case 'BY_HAND':
        return (
          <Button size="small" onClick={() => setToHandOut(row)} data-testid="hand-out">
            {t('handOut')}
          </Button>
        );
      case 'FAILED':
        return (
          <Button size="small" onClick={() => onAgain(row.accountCode)}>
            {t('again')}
          </Button>
        );
      default:
        return null;
    }
  }
}
