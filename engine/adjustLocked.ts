import type { Tx } from '../db/client';
import type { ChargeRow } from '../db/queries/charges';
import { postingsOf } from '../db/queries/ledger';
import { insertLockedAdjustment, lockedAdjustmentTxs } from '../db/queries/lockedAdjustments';
import { takeCharge } from '../domain/credit/consumption';
import { fundAccount, isChainedAccount, type Posting, posting } from '../domain/credit/posting';
import { applyTopUp } from '../domain/credit/repayment';
import { type ChargeLine, chargeLine, provenSums } from '../domain/tariffs/chargeLines';
import { sumPayerOf, sumScale } from '../domain/tariffs/surcharge';
import { floorDiv } from '../domain/units';
import type { AccountWork } from './accountWork';
import type { ReplayRequest } from './ingestWork';
import type { LedgerBook } from './ledgerBook';
import { type OpenWindow, windowLines } from './openWindow';
import { postLedger } from './postLedger';
import type { CampusEntry } from './registry';

/** A charge of a locked month, and what it would be now. */
export interface LockedChange {
  readonly charge: ChargeRow;
  readonly window: OpenWindow;
}

/** Whole µ by who owes them: the customer, or a fund by its code. */
type Owed = Map<string, bigint>;

/**
 * Books in the open month what a correction changes in locked ones: their charges stay as they are, and each month's net,
 * less what earlier corrections of it booked, is one transaction with a reference to that month.
 */
export async function adjustLocked(
  tx: Tx,
  campus: CampusEntry,
  book: LedgerBook,
  account: AccountWork,
  request: ReplayRequest & { readonly now: number },
  changes: readonly LockedChange[],
): Promise<void> {
  const months = new Map<number, LockedChange[]>();
  for (const change of changes) {
    const monthMs = campus.zone.monthStart(change.charge.t0Ms);
    months.set(monthMs, [...(months.get(monthMs) ?? []), change]);
  }
  const { utility, now } = request;
  for (const [monthMs, ofMonth] of [...months].sort(([a], [b]) => a - b)) {
    const earlier = await lockedAdjustmentTxs(tx.client, account.row.id, utility, monthMs);
    const owed = owedBy(ofMonth);
    for (const { s, d, amountMicro } of await postingsOf(tx.client, earlier)) {
      add(owed, payerOf(s), -amountMicro);
      add(owed, payerOf(d), amountMicro);
    }
    const postings = movesOf(account, utility, owed);
    if (postings.length === 0) continue;
    const [txId] = await postLedger(tx, campus, book, [
      {
        key: `adjust:${account.row.code}:${utility}:${monthMs}:${earlier.length}`,
        kind: 'adjust',
        atMs: now,
        postings,
      },
    ]);
    account.rewritten = true;
    await insertLockedAdjustment(tx.client, {
      campusId: campus.id,
      accountId: account.row.id,
      utility,
      monthMs,
      draftId: request.draftId ?? 0,
      amountMicro: owed.get('CUSTOMER') ?? 0n,
      txId: txId!,
      bookedMs: now,
    });
  }
}

function add(owed: Owed, payer: string | null, amountMicro: bigint): void {
  if (payer !== null) owed.set(payer, (owed.get(payer) ?? 0n) + amountMicro);
}

/** Who pays out of a pot; null: income, which nobody owes. */
function payerOf(pot: string): string | null {
  if (isChainedAccount(pot)) return 'CUSTOMER';
  return pot.startsWith('fund:') ? pot.slice('fund:'.length) : null;
}

/** The exact difference of the lines, each sum rounded down once. */
function owedBy(changes: readonly LockedChange[]): Owed {
  const sums = new Map<string, bigint>();
  const count = (lines: readonly ChargeLine[], sign: bigint) => {
    for (const [key, numerator] of provenSums(lines) ?? [])
      sums.set(key, (sums.get(key) ?? 0n) + sign * numerator);
  };
  for (const { charge, window } of changes) {
    count(charge.lines as ChargeLine[], -1n);
    count(windowLines(window).map(chargeLine), 1n);
  }
  const owed: Owed = new Map();
  for (const [key, numerator] of sums) {
    const payer = sumPayerOf(key);
    const micro = floorDiv(numerator, sumScale(key));
    if (payer === 'CUSTOMER') add(owed, 'CUSTOMER', micro);
    else if (payer === 'SUPPLIER') add(owed, 'CUSTOMER', -micro);
    else add(owed, payer.slice('FUND:'.length), micro);
  }
  return owed;
}

/** Moves the customer's credit and the funds by what they owe more, or get back. */
function movesOf(account: AccountWork, utility: ReplayRequest['utility'], owed: Owed): Posting[] {
  const revenue = account.incomeOf(utility);
  const postings: Posting[] = [];
  for (const [payer, micro] of owed) {
    if (micro === 0n) continue;
    if (payer === 'CUSTOMER') {
      const move =
        micro > 0n ? takeCharge(account.credit, micro, revenue) : applyTopUp(account.credit, -micro, revenue);
      account.setCredit(move.credit);
      postings.push(...move.postings);
    } else {
      const pot = fundAccount(payer);
      postings.push(
        micro > 0n
          ? posting(pot, revenue, micro, account.currency)
          : posting(revenue, pot, -micro, account.currency),
      );
    }
  }
  return postings;
}
