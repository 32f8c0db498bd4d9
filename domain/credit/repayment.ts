import { invalid } from '../errors';
import type { AccountCredit, CreditMove } from './buckets';
import { moveOf } from './consumption';
import {
  type CustomerBucket,
  customerAccount,
  type LedgerAccountName,
  type Posting,
  posting,
} from './posting';

const PPM = 1_000_000n;

/** How debts are paid back. `recoveryRatePpm` is the share of each top-up that may go to arrears; 1 000 000 is all of it. */
export interface RecoveryPolicy {
  readonly recoveryRatePpm: number;
}

export const FULL_RECOVERY: RecoveryPolicy = { recoveryRatePpm: 1_000_000 };

/** Books a top-up (µ, > 0) from `from`: arrears up to the recovery rate, then emergency credit, then cash. */
export function applyTopUp(
  credit: AccountCredit,
  amountMicro: bigint,
  from: LedgerAccountName,
  { recoveryRatePpm }: RecoveryPolicy = FULL_RECOVERY,
): CreditMove {
  if (amountMicro <= 0n) throw invalid('/amount', 'TOP_UP_AMOUNT', 'A top-up is a positive amount.');
  const { accountCode, ccy, buckets } = credit;
  const postings: Posting[] = [];
  let restMicro = amountMicro;
  const give = (bucket: CustomerBucket, roomMicro: bigint): void => {
    const partMicro = roomMicro < restMicro ? roomMicro : restMicro;
    if (partMicro <= 0n) return;
    postings.push(posting(from, customerAccount(accountCode, bucket), partMicro, ccy));
    restMicro -= partMicro;
  };
  give('arrears', least(-buckets.arrearsMicro, (amountMicro * BigInt(recoveryRatePpm)) / PPM));
  give('ec', -buckets.ecMicro);
  give('cash', restMicro);
  return moveOf(credit, postings);
}

/**
 * Repays debts out of cash after a re-rate gave cash back while arrears or a loan stand open, so that the end does not
 * depend on the order in which readings arrived. Under a recovery plan (rate below 100 %) arrears stay as agreed.
 */
export function normaliseBuckets(
  credit: AccountCredit,
  { recoveryRatePpm }: RecoveryPolicy = FULL_RECOVERY,
): CreditMove {
  const { accountCode, ccy, buckets } = credit;
  const postings: Posting[] = [];
  let cashMicro = buckets.cashMicro;
  const repay = (bucket: CustomerBucket, owedMicro: bigint): void => {
    const partMicro = least(owedMicro, cashMicro);
    if (partMicro <= 0n) return;
    postings.push(
      posting(customerAccount(accountCode, 'cash'), customerAccount(accountCode, bucket), partMicro, ccy),
    );
    cashMicro -= partMicro;
  };
  if (recoveryRatePpm >= 1_000_000) repay('arrears', -buckets.arrearsMicro);
  repay('ec', -buckets.ecMicro);
  return moveOf(credit, postings);
}

/**
 * What a debt holds above zero goes to cash: it was paid back, and then the charge that had made it was reversed.
 */
export function surplusOfDebts(credit: AccountCredit): CreditMove {
  const { accountCode, ccy, buckets } = credit;
  const cash = customerAccount(accountCode, 'cash');
  const postings: Posting[] = [];
  if (buckets.arrearsMicro > 0n)
    postings.push(posting(customerAccount(accountCode, 'arrears'), cash, buckets.arrearsMicro, ccy));
  if (buckets.ecMicro > 0n)
    postings.push(posting(customerAccount(accountCode, 'ec'), cash, buckets.ecMicro, ccy));
  return moveOf(credit, postings);
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
