import { textFromMicro } from '../../domain/units';
import type { CsvRows } from '../ui/csv';
import { formatIso } from '../ui/formatTime';
import { isOfDay, type LedgerRow } from './financeTypes';

/** Entries of the ledger as rows of a CSV file, newest first: amounts raw with six decimals, times in ISO form with the campus offset. */
export function ledgerCsv(rows: readonly LedgerRow[], zone: string, currency: string): CsvRows {
  const unit = currency.toLowerCase();
  const header = [
    ...['transaction', 'entry', 'time', 'account', 'room', 'kind', 'pot', 'channel', 'reference', 'operator'],
    ...[`amount_${unit}`, `balance_after_${unit}`, 'reverses', 'reversed_by', 'key'],
    // Of accounts in units; the columns in money are empty then.
    ...['unit', 'amount_units', 'balance_after_units'],
    // The same of all entries of one pot in this file.
    'pot_key',
    // How many entries a row is: more than one for the charges of a day, whose time is the midnight that begins it.
    'entries',
  ];
  return [
    header,
    ...rows.map((row) => [
      // Of a day it would be that of one charge.
      isOfDay(row) ? '' : row.txId.toString(),
      String(row.n),
      formatIso(row.tMs, zone),
      row.accountCode ?? '',
      row.spaceCode ?? '',
      row.kind,
      row.pot,
      row.channel ?? '',
      row.reference ?? '',
      row.operator ?? '',
      ...(row.unit === null ? amountsOf(row) : ['', '']),
      row.reverses?.toString() ?? '',
      row.reversedBy?.toString() ?? '',
      row.key ?? '',
      row.unit ?? '',
      ...(row.unit === null ? ['', ''] : amountsOf(row)),
      row.potKey,
      String(row.entries),
    ]),
  ];
}

const amountsOf = ({ amountMicro, balanceAfterMicro }: LedgerRow): string[] => [
  textFromMicro(amountMicro),
  textFromMicro(balanceAfterMicro),
];
