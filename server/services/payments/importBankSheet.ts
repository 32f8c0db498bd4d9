import { CsvError, parse } from 'csv-parse/sync';
import type {
  BankSheetInput,
  BankSheetResult,
  BankSheetRow,
  BankSheetRule,
} from '../../../contracts/payments';
import { DomainError, invalid } from '../../../domain/errors';
import { microFromText } from '../../../domain/units';
import { takeTransfer } from '../../../engine/payments/takeTransfer';
import { type Caller, requireCampusWide } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { auditAct, auditConsent } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';

/** Columns of the sheet, by any of their names. */
const COLUMNS = {
  reference: ['reference', '流水号'],
  amount: ['amount', '金额'],
  currency: ['currency', '币种'],
  account: ['account', '账户'],
} as const;
type Column = keyof typeof COLUMNS;

const MAX_ROWS = 5_000;

/**
 * Reads a bank's list of transfers in, row by row: each has its own verdict, and a list that is read in again changes nothing.
 * Columns `reference`, `amount`, `account`, and `currency` if it is not the campus's; others are passed over. What is above the sums
 * that one person may credit in a day, to an account and in all, is left until a second one consents.
 * @throws DomainError `forbidden`; `invalid` (the sheet as a whole); `refused` `SECOND_PERSON_WRONG`
 */
export async function importBankSheet(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  input: BankSheetInput,
): Promise<BankSheetResult> {
  // A sheet may name any account of the campus.
  requireCampusWide(caller, 'CASH_DESK');
  const records = readSheet(input.csv);
  const second = input.second ? await secondPerson(deps, caller, input.second, 'CASH_DESK') : null;
  // Whoever consents must be allowed to do it themselves.
  if (second) requireCampusWide(second, 'CASH_DESK');
  const rows: BankSheetRow[] = [];
  for (const [i, record] of records.entries()) rows.push(await takeRow(deps, caller, second, record, i + 2));
  const count = (verdict: BankSheetRow['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  return {
    rows,
    credited: count('CREDITED'),
    already: count('ALREADY'),
    suspense: count('SUSPENSE'),
    needSecond: count('NEEDS_SECOND') + count('DAY_NEEDS_SECOND'),
    refused: count('CONFLICT') + count('INVALID'),
  };
}

/** The heading tells which of the usual separators the bank uses: another one may stand inside an amount. */
function delimiterOf(csv: string): string {
  const heading = csv.split(/\r?\n/, 1)[0] ?? '';
  const count = (separator: string) => heading.split(separator).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

function readSheet(csv: string): Record<Column, string>[] {
  let table: string[][];
  try {
    table = parse(csv, {
      bom: true,
      delimiter: delimiterOf(csv),
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid('/csv', 'CSV', `The sheet can not be read: ${error.message}`);
  }
  const [head, ...lines] = table;
  const at = (column: Column): number =>
    head?.findIndex((name) => (COLUMNS[column] as readonly string[]).includes(name.toLowerCase())) ?? -1;
  const missing = (['reference', 'amount', 'account'] as const).filter((column) => at(column) < 0);
  if (missing.length > 0)
    throw invalid('/csv', 'COLUMNS', `The first row lacks the column ${missing.join(', ')}.`);
  if (lines.length > MAX_ROWS)
    throw invalid('/csv', 'TOO_LONG', `A sheet has at most ${MAX_ROWS} rows: cut it in parts.`);
  return lines.map((line) => ({
    reference: line[at('reference')] ?? '',
    amount: line[at('amount')] ?? '',
    currency: at('currency') < 0 ? '' : (line[at('currency')] ?? ''),
    account: line[at('account')] ?? '',
  }));
}

async function takeRow(
  deps: ServiceDeps,
  caller: Caller,
  second: Caller | null,
  record: Record<Column, string>,
  line: number,
): Promise<BankSheetRow> {
  const { reference, account } = record;
  const told = { line, reference, account, amount: record.amount };
  const bad = (rule: BankSheetRule, message: string, field = rule.toLowerCase()): BankSheetRow => ({
    ...told,
    verdict: 'INVALID',
    error: { field, rule, message },
  });
  if (!/^[\x21-\x7e]{1,64}$/.test(reference))
    return bad('REFERENCE', 'must be 1 to 64 printable characters without spaces');
  const amountMicro = /^\d{1,9}(\.\d{1,2})?$/.test(record.amount) ? microFromText(record.amount) : null;
  if (amountMicro === null && /^\d{1,9}\.\d{3,}$/.test(record.amount))
    return bad('DECIMALS', 'must have at most two decimals', 'amount');
  if (amountMicro === null || amountMicro <= 0n)
    return bad('AMOUNT', 'must be a positive amount such as 50.00');
  const currency = (record.currency || caller.campus.currency).toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) return bad('CURRENCY', 'must be a code such as CNY');
  try {
    const verdict = await takeTransfer(
      deps.database,
      deps.engine,
      {
        campusId: caller.campus.id,
        reference,
        amountMicro,
        currency,
        accountCode: account,
        actor: caller.actor,
        approver: second?.actor ?? null,
      },
      (tx, taken) => {
        const act = { action: 'BANK_TRANSFER', target: `account:${account}` };
        auditAct(tx, deps, caller, {
          ...act,
          after: { reference, amount: record.amount, currency, verdict: taken },
        });
        auditConsent(tx, deps, caller, second, act);
      },
    );
    return { ...told, verdict, error: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return bad('ACCOUNT', error.message);
  }
}
