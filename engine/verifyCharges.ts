import type { BookedCharge, StoredPaymentRow } from '../db/queries/ledgerProof';
import { type ChargeLineRecord, chargeLinesHash } from '../domain/credit/chargeLines';
import { isChainedAccount, type Posting, parseCustomerAccount } from '../domain/credit/posting';
import { energyMicro, provenSums } from '../domain/tariffs/chargeLines';
import { type ChargeExtra, fundAmounts, readExtra } from '../domain/tariffs/sideStreams';
import { isMainKey } from '../domain/tariffs/surcharge';
import { nodeSha256 } from './context';
import type { PriceBook } from './priceBook';

/** The first row that does not hold: its id, and the column with what was expected of it. */
export interface RowProblem {
  readonly id: string;
  readonly problem: string;
}

/** The transaction that a charge or payment names, with its verified postings. */
export interface ProvenTx {
  readonly id: bigint;
  readonly campusId: number;
  readonly key: string;
  readonly kind: string;
  readonly tMs: number;
  /** In hex. */
  readonly linesHash: string | null;
  readonly postings: readonly Posting[];
}

export const bad = (
  table: 'charge' | 'payment' | 'stream',
  id: bigint | number | string,
  problem: string,
): RowProblem => ({
  id: `${table}:${id}`,
  problem,
});

/** What left the account's pots, less what came back, µ. */
function takenMicro(postings: readonly Posting[]): bigint {
  let sum = 0n;
  for (const { s, d, a } of postings) {
    if (isChainedAccount(s) && !isChainedAccount(d)) sum += a;
    if (isChainedAccount(d) && !isChainedAccount(s)) sum -= a;
  }
  return sum;
}

/** Whether all postings are of one account's pots. */
function isOf(postings: readonly Posting[], accountCode: string | null): boolean {
  return postings.every(({ s, d }) =>
    [s, d].every(
      (name) => !isChainedAccount(name) || parseCustomerAccount(name)?.accountCode === accountCode,
    ),
  );
}

/**
 * Holds the charges of one transaction against it: exactly one for a charge, none for anything else. The lines of a sale of units
 * stand with its payment (verifySales).
 */
export function chargeOfTxProblem(
  tx: ProvenTx,
  charges: readonly BookedCharge[],
  prices: PriceBook,
): RowProblem | null {
  const ofTx = (problem: string): RowProblem => ({ id: tx.id.toString(), problem });
  if (tx.linesHash === null || tx.kind === 'units')
    return charges.length === 0 ? null : ofTx('it has a charge, but no hash of its lines');
  if (charges.length !== 1)
    return ofTx(charges.length === 0 ? 'its charge is missing' : 'it has several charges');
  const row = charges[0]!;
  const lines = readLines(row.lines);
  if (!lines || chargeLinesHash(lines, nodeSha256) !== tx.linesHash)
    return ofTx('its charge lines do not match their hash');
  const meter = `${row.meterCode}:${row.epoch}:${row.t0Ms}:${row.t1Ms}:${row.rev}`;
  const billing = `charge:${meter}`;
  const isKey = tx.key === billing || tx.key === `charge:${meter.replace(':', `.${row.register}:`)}`;
  if (tx.kind !== 'charge' || row.campusId !== tx.campusId || !isKey)
    return bad(
      'charge',
      row.id,
      `meter, interval or revision: transaction ${tx.id} has the key ${tx.key}, not ${billing}`,
    );
  if (BigInt(tx.tMs) !== row.t1Ms)
    return bad('charge', row.id, `t1_ms is ${row.t1Ms}, but transaction ${tx.id} is of ${tx.tMs}`);
  if (!isOf(tx.postings, row.accountCode))
    return bad(
      'charge',
      row.id,
      `account_id is ${row.accountCode}, but transaction ${tx.id} moves money of another`,
    );
  const taken = takenMicro(tx.postings);
  if (row.amountMicro !== taken)
    return bad(
      'charge',
      row.id,
      `amount_micro is ${row.amountMicro}, but transaction ${tx.id} posted ${taken}`,
    );
  const extra = extraOf(row.extra);
  if (!extra) return bad('charge', row.id, 'extra: not of the shape that is stored');
  return fundsProblem(row.id, tx, extra) ?? linesProblem(row, extra, prices, lines);
}

/** What stands in a charge's `extra`; null where it is not of the stored shape. */
export function extraOf(stored: unknown): ChargeExtra | null {
  try {
    return readExtra(stored);
  } catch {
    return null;
  }
}

/** Each fund pays in the transaction what the charge says. */
function fundsProblem(id: bigint, tx: ProvenTx, extra: ChargeExtra): RowProblem | null {
  const posted = new Map<string, bigint>();
  for (const { s, d, a } of tx.postings)
    for (const [pot, micro] of [
      [s, a],
      [d, -a],
    ] as const)
      if (pot.startsWith('fund:')) posted.set(pot.slice(5), (posted.get(pot.slice(5)) ?? 0n) + micro);
  const said = fundAmounts(extra.sums);
  for (const code of new Set([...posted.keys(), ...said.keys()]))
    if ((posted.get(code) ?? 0n) !== (said.get(code) ?? 0n))
      return bad(
        'charge',
        id,
        `extra: fund ${code} pays ${said.get(code) ?? 0n}, but transaction ${tx.id} posted ${posted.get(code) ?? 0n}`,
      );
  return null;
}

const WHOLE = /^-?\d+$/;

/** Stored lines, whatever stands in the column; null where they are not of the frozen shape. */
export function readLines(stored: unknown): ChargeLineRecord[] | null {
  if (!Array.isArray(stored)) return null;
  const isLine = (line: Partial<ChargeLineRecord> | null): boolean =>
    typeof line === 'object' &&
    line !== null &&
    [line.q_u, line.price_u, line.amount_n].every((text) => typeof text === 'string' && WHOLE.test(text)) &&
    [line.period, line.tier, line.payer].every((text) => typeof text === 'string') &&
    typeof line.estimated === 'boolean';
  return stored.every(isLine) ? stored : null;
}

type LinedCharge = Pick<
  BookedCharge,
  'id' | 'accountId' | 'tariffVersionId' | 't0Ms' | 'quantityMicro' | 'numeratorPico' | 'lines'
>;

/**
 * Holds stored lines against the quantity, the sums and the tariff version of their charge.
 * @param lines as read already; absent: read here
 */
export function linesProblem(
  row: LinedCharge,
  extra: ChargeExtra,
  prices: PriceBook,
  lines: readonly ChargeLineRecord[] | null = readLines(row.lines),
): RowProblem | null {
  const { id, quantityMicro } = row;
  const numeratorPico = BigInt(row.numeratorPico);
  if (!lines) return bad('charge', id, 'lines: not of the shape that is stored');
  const sums = provenSums(lines);
  if (sums === null) return bad('charge', id, 'lines: an amount_n is not its q_u times price_u');
  const numerator = (sums.get('CUSTOMER') ?? 0n) + (sums.get('SUPPLIER') ?? 0n);
  if (numerator !== numeratorPico)
    return bad('charge', id, `numerator_pico is ${numeratorPico}, but its lines sum to ${numerator}`);
  const sides = new Map(extra.sums.map((sum) => [sum.key, sum.numerator]));
  for (const key of new Set([...sums.keys(), ...sides.keys()]))
    if (!isMainKey(key) && (sums.get(key) ?? 0n) !== (sides.get(key) ?? 0n))
      return bad(
        'charge',
        id,
        `extra: ${key} is ${sides.get(key) ?? 0n}, but its lines sum to ${sums.get(key) ?? 0n}`,
      );
  const quantity = energyMicro(lines);
  if (quantity !== quantityMicro)
    return bad('charge', id, `quantity_micro is ${quantityMicro}, but its lines sum to ${quantity}`);
  const priced = prices.problem(row, lines);
  return priced === null ? null : bad('charge', id, priced);
}

/** Whether a transaction brings a customer money from outside: a top-up, or what was credited out of suspense. */
function isPaidIn({ kind, postings }: ProvenTx): boolean {
  return kind === 'topup' || (kind === 'suspense' && postings.some(({ d }) => isChainedAccount(d)));
}

/** Holds the payments of one transaction against it: exactly one for money that was paid in, none for anything else. */
export function paymentOfTxProblem(tx: ProvenTx, payments: readonly StoredPaymentRow[]): RowProblem | null {
  const [row, second] = payments;
  if (!isPaidIn(tx)) return row ? bad('payment', row.id, `tx_id is ${tx.id}, which pays nothing in`) : null;
  if (!row) return { id: tx.id.toString(), problem: 'its payment is missing' };
  if (second) return bad('payment', second.id, `tx_id is ${tx.id}, which payment ${row.id} has too`);
  const key = `topup:${row.channel}:${row.reference}`;
  // An item of suspense that is not what was booked for it is found by itself.
  const paidAs = tx.kind === 'topup' ? tx.key : (row.suspenseKey ?? key);
  if (row.campusId !== tx.campusId || key !== paidAs)
    return bad(
      'payment',
      row.id,
      `channel or reference: ${key} was booked as ${paidAs}, and credited in transaction ${tx.id}`,
    );
  if (!isOf(tx.postings, row.accountCode))
    return bad(
      'payment',
      row.id,
      `account_id is ${row.accountCode}, but transaction ${tx.id} credits another`,
    );
  const given = row.soldUnits
    ? tx.postings.reduce((sum, { d, a }) => (d.startsWith('rev:') ? sum + a : sum), 0n)
    : -takenMicro(tx.postings);
  return row.amountMicro === given
    ? null
    : bad('payment', row.id, `amount_micro is ${row.amountMicro}, but transaction ${tx.id} posted ${given}`);
}
