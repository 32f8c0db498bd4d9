import { invalid } from '../errors';
import {
  type AccountCredit,
  applyPostings,
  type CreditMove,
  loanHeadroomMicro,
  subsidiesInOrder,
} from './buckets';
import { settleEmergencyCredit } from './emergencyCredit';
import {
  type CustomerBucket,
  customerAccount,
  type LedgerAccountName,
  type Posting,
  posting,
} from './posting';

/**
 * Takes a charge (µ, ≥ 0) from an account towards `to` in the consumption order: money subsidy by earliest expiry, gift,
 * cash, emergency credit while ACTIVE, then arrears, which have no floor. Never takes a bucket of value below 0.
 * @param usedMs start of the use that is charged, ms UTC: a subsidy that had lapsed by then pays nothing; null: none has
 */
export function takeCharge(
  credit: AccountCredit,
  amountMicro: bigint,
  to: LedgerAccountName,
  usedMs: number | null = null,
): CreditMove {
  if (amountMicro < 0n) throw invalid('/amountMicro', 'NEGATIVE_CHARGE', 'A charge is never negative.');
  const { accountCode, ccy, buckets } = credit;
  const postings: Posting[] = [];
  let restMicro = amountMicro;
  const take = (bucket: CustomerBucket, freeMicro: bigint): void => {
    const partMicro = freeMicro < restMicro ? freeMicro : restMicro;
    if (partMicro <= 0n) return;
    postings.push(posting(customerAccount(accountCode, bucket), to, partMicro, ccy));
    restMicro -= partMicro;
  };
  for (const subsidy of subsidiesInOrder(buckets.subsidies))
    if (subsidy.expiresAt === null || usedMs === null || usedMs < subsidy.expiresAt)
      take(`subsidy:${subsidy.grantId}`, subsidy.balanceMicro);
  take('gift', buckets.giftMicro);
  take('cash', buckets.cashMicro);
  take('ec', loanHeadroomMicro(credit));
  take('arrears', restMicro);
  return moveOf(credit, postings);
}

/** The account after its own postings, the loan's status included. */
export function moveOf(credit: AccountCredit, postings: readonly Posting[]): CreditMove {
  const buckets = applyPostings(credit.buckets, credit.accountCode, postings);
  const emergencyCredit = settleEmergencyCredit(
    credit.emergencyCredit,
    credit.buckets.ecMicro,
    buckets.ecMicro,
  );
  return { postings, credit: { ...credit, buckets, emergencyCredit } };
}
