'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { formatMoney } from '../ui/format';
import { formatDate, formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import type { ShowProof } from '../ui/showProof';
import { type Column, Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { isOfDay, type LedgerRow } from './financeTypes';
import styles from './LedgerPage.module.css';
import { ReverseDialog } from './ReverseDialog';
import { type Recomputed, rowKey } from './runningBalance';
import { Withheld } from './Withheld';

/** Entries as they were booked, newest first, with the balance of their pot recomputed here. */
export function LedgerEntries({
  rows,
  verdicts,
  currency,
  mayReverse,
  showProof,
}: {
  rows: readonly LedgerRow[];
  verdicts: ReadonlyMap<string, Recomputed>;
  currency: string;
  mayReverse: boolean;
  showProof: ShowProof;
}) {
  const t = useTranslations('finance');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const [reversing, setReversing] = useState<LedgerRow | null>(null);
  const [proving, setProving] = useState<LedgerRow | null>(null);
  // Entries in units name theirs; the others are in the campus's money.
  const money = ({ unit }: LedgerRow, micro: bigint) =>
    formatMoney(micro, { currency: unit ?? currency, decimals: 6 });
  const verdictOf = (row: LedgerRow) => verdicts.get(rowKey(row)) ?? 'FIRST';
  const columns: Column<LedgerRow>[] = [
    {
      key: 'time',
      header: t('time'),
      rowHeader: true,
      width: '15%',
      cell: (row) => (isOfDay(row) ? formatDate(row.tMs, zone, lang) : formatDateTime(row.tMs, zone, lang)),
    },
    {
      key: 'room',
      header: t('room'),
      width: '12%',
      cell: (row) => row.spaceCode ?? row.accountCode ?? <Withheld />,
    },
    {
      key: 'what',
      header: t('what'),
      wideCard: true,
      cell: (row) => <What row={row} onProve={setProving} onReverse={mayReverse ? setReversing : null} />,
    },
    { key: 'pot', header: t('pot'), width: '9%', cell: (row) => code('pot', row.pot) },
    {
      key: 'amount',
      header: t('amount'),
      width: '13%',
      numeric: true,
      cell: (row) => money(row, row.amountMicro),
    },
    {
      key: 'balance',
      header: t('balance'),
      width: '17%',
      numeric: true,
      cell: (row) => (
        <>
          {money(row, row.balanceAfterMicro)}
          <small className={styles.verdict}>{t(`recomputed.${verdictOf(row)}`)}</small>
        </>
      ),
    },
  ];
  const amountOf = ({ txId }: LedgerRow) =>
    rows.reduce((sum, row) => (row.txId === txId ? sum + row.amountMicro : sum), 0n);
  return (
    <>
      <Table
        caption={t('entries')}
        columns={columns}
        rows={rows}
        cards
        rowKey={rowKey}
        rowProps={(row) => ({
          'data-testid': 'ledger-row',
          'data-tx': isOfDay(row) ? undefined : row.txId.toString(),
          'data-kind': row.kind,
          'data-micro': row.amountMicro.toString(),
          'data-recomputed': verdictOf(row).toLowerCase(),
        })}
      />
      {proving?.chargeId &&
        proving.accountCode !== null &&
        showProof({
          id: proving.chargeId.toString(),
          room: proving.spaceCode ?? proving.accountCode,
          currency: proving.unit ?? currency,
          onClose: () => setProving(null),
        })}
      {reversing && (
        <ReverseDialog
          row={reversing}
          amountMicro={amountOf(reversing)}
          currency={reversing.unit ?? currency}
          onClose={() => setReversing(null)}
        />
      )}
    </>
  );
}

/** What an entry is of, with its receipt; a reversal and its original lead to each other, a charge opens to its proof and may be reversed. */
function What({
  row,
  onProve,
  onReverse,
}: {
  row: LedgerRow;
  onProve: (row: LedgerRow) => void;
  /** Null for who may not. */
  onReverse: ((row: LedgerRow) => void) | null;
}) {
  const t = useTranslations('finance');
  const code = useCode();
  const other = row.reverses ?? row.reversedBy;
  const words = other && t(row.reverses === null ? 'reversedBy' : 'reverses', { id: other.toString() });
  return (
    <>
      {code('ledgerKind', row.kind)}
      {row.channel && ` · ${code('channel', row.channel.toUpperCase())} ${row.reference ?? ''}`}
      {row.operator && ` · ${row.operator}`}{' '}
      {isOfDay(row) ? (
        t('chargesOfDay', { n: row.entries })
      ) : row.accountCode === null ? (
        t('transaction', { id: row.txId.toString() })
      ) : (
        <Link href={`/receipts/${row.txId}`} prefetch={false} className={styles.link}>
          {t('transaction', { id: row.txId.toString() })}
        </Link>
      )}{' '}
      {/* A charge that was given back is found by those alone who are told whose it is. */}
      {other !== null && row.reverses !== null && row.accountCode === null && words}
      {other !== null && (row.reverses === null || row.accountCode !== null) && (
        <Link
          href={`/finance/ledger?span=ALL&order=${other}`}
          className={styles.link}
          data-testid={row.reverses === null ? 'reversed-by' : 'reverses'}
        >
          {words}
        </Link>
      )}
      {row.chargeId !== null && (
        <Button size="small" variant="quiet" onClick={() => onProve(row)} data-testid="prove">
          {t('prove')}
        </Button>
      )}
      {onReverse && row.kind === 'charge' && !isOfDay(row) && other === null && (
        <Button size="small" variant="quiet" onClick={() => onReverse(row)} data-testid="reverse">
          {t('reverse')}
        </Button>
      )}
    </>
  );
}
