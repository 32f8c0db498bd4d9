import type { AccountCredit, CreditMove } from './buckets';
import { moveOf } from './consumption';
import { customerAccount, posting } from './posting';

/**
 * The account once an emergency credit of `limitMicro` runs. Arrears that it can carry become part of the loan, so that what the
 * resident took brings supply back; both are owed as before, and what is available is the same. With `keepsArrears` (an agreed
 * plan) or where they would use the loan up, arrears stay where they are.
 */
export function takeLoan(credit: AccountCredit, limitMicro: bigint, keepsArrears: boolean): CreditMove {
  const running: AccountCredit = { ...credit, emergencyCredit: { status: 'ACTIVE', limitMicro } };
  const { arrearsMicro } = credit.buckets;
  const owed = -arrearsMicro;
  if (owed === 0n || keepsArrears || owed >= limitMicro) return { postings: [], credit: running };
  const { accountCode, ccy } = credit;
  return moveOf(running, [
    posting(customerAccount(accountCode, 'ec'), customerAccount(accountCode, 'arrears'), owed, ccy),
  ]);
}
