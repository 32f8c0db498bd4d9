import { invalid } from '../errors';
import type { AccountCredit, CreditMove } from './buckets';
import { moveOf } from './consumption';
import { customerAccount, type LedgerAccountName, type Posting, posting } from './posting';

/**
 * Books money (µ, > 0) that its provider took back: out of cash as far as that goes, the rest as arrears. So the account may be
 * overdrawn, and yet no pot that holds value goes below zero; the next top-up pays the debt first.
 */
export function chargeBack(credit: AccountCredit, amountMicro: bigint, to: LedgerAccountName): CreditMove {
  if (amountMicro <= 0n) throw invalid('/amount', 'AMOUNT', 'A chargeback is a positive amount.');
  const { accountCode, ccy, buckets } = credit;
  const held = buckets.cashMicro > 0n ? buckets.cashMicro : 0n;
  const fromCash = held < amountMicro ? held : amountMicro;
  const postings: Posting[] = [];
  if (fromCash > 0n) postings.push(posting(customerAccount(accountCode, 'cash'), to, fromCash, ccy));
  if (amountMicro > fromCash)
    postings.push(posting(customerAccount(accountCode, 'arrears'), to, amountMicro - fromCash, ccy));
  return moveOf(credit, postings);
}
