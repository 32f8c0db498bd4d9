import { type EmergencyCredit, emergencyHeadroomMicro } from './emergencyCredit';
import { movementsOf, type Posting, parseCustomerAccount } from './posting';

/** Money granted for a purpose that lapses at `expiresAt` (ms UTC; null = never). */
export interface SubsidyBucket {
  readonly grantId: string;
  readonly balanceMicro: bigint;
  readonly expiresAt: number | null;
}

/** What a customer account holds, in µ. `ecMicro` and `arrearsMicro` are borrowed value and never positive. */
export interface CreditBuckets {
  readonly subsidies: readonly SubsidyBucket[];
  readonly giftMicro: bigint;
  readonly cashMicro: bigint;
  readonly ecMicro: bigint;
  readonly arrearsMicro: bigint;
}

/** A customer account as the credit rules see it; `accountCode` names its ledger accounts. */
export interface AccountCredit {
  readonly accountCode: string;
  readonly ccy: string;
  readonly buckets: CreditBuckets;
  readonly emergencyCredit: EmergencyCredit;
}

/** What an act of credit leaves: the postings to book and the account after them. */
export interface CreditMove {
  readonly postings: readonly Posting[];
  readonly credit: AccountCredit;
}

export const EMPTY_BUCKETS: CreditBuckets = {
  subsidies: [],
  giftMicro: 0n,
  cashMicro: 0n,
  ecMicro: 0n,
  arrearsMicro: 0n,
};

/** Earliest expiry first, those without expiry last, ties by grant id, so that every run takes the same grant. */
export function subsidiesInOrder(subsidies: readonly SubsidyBucket[]): SubsidyBucket[] {
  return [...subsidies].sort((left, right) => {
    const leftAt = left.expiresAt ?? Number.POSITIVE_INFINITY;
    const rightAt = right.expiresAt ?? Number.POSITIVE_INFINITY;
    if (leftAt !== rightAt) return leftAt < rightAt ? -1 : 1;
    return left.grantId < right.grantId ? -1 : left.grantId > right.grantId ? 1 : 0;
  });
}

/** Sum of all buckets (µ): the ledger balance that is shown before unposted use is taken off. */
export function ledgerBalanceMicro(buckets: CreditBuckets): bigint {
  const subsidyMicro = buckets.subsidies.reduce((sum, subsidy) => sum + subsidy.balanceMicro, 0n);
  return subsidyMicro + buckets.giftMicro + buckets.cashMicro + buckets.ecMicro + buckets.arrearsMicro;
}

/**
 * Credit that may still be used (µ): subsidy + gift + cash + arrears + emergency credit − unposted use, where emergency
 * credit counts as limit + ec while ACTIVE and as ec (≤ 0) otherwise, so that an exhausted loan gives no headroom back
 * before it is repaid.
 */
export function available(
  buckets: CreditBuckets,
  emergencyCredit: EmergencyCredit,
  unpostedMicro: bigint,
): bigint {
  const headroomMicro = emergencyCredit.status === 'ACTIVE' ? emergencyCredit.limitMicro : 0n;
  return ledgerBalanceMicro(buckets) + headroomMicro - unpostedMicro;
}

/** Free part of a running loan (µ); 0 unless ACTIVE. */
export function loanHeadroomMicro(credit: AccountCredit): bigint {
  return emergencyHeadroomMicro(credit.emergencyCredit, credit.buckets.ecMicro);
}

/** The buckets after postings; movements of other accounts are left aside. */
export function applyPostings(
  buckets: CreditBuckets,
  accountCode: string,
  postings: readonly Posting[],
): CreditBuckets {
  let { giftMicro, cashMicro, ecMicro, arrearsMicro } = buckets;
  const subsidies = new Map(buckets.subsidies.map((subsidy) => [subsidy.grantId, subsidy]));
  for (const { account, amountMicro } of movementsOf(postings)) {
    const parsed = parseCustomerAccount(account);
    if (parsed?.accountCode !== accountCode) continue;
    switch (parsed.bucket) {
      case 'cash':
        cashMicro += amountMicro;
        break;
      case 'gift':
        giftMicro += amountMicro;
        break;
      case 'ec':
        ecMicro += amountMicro;
        break;
      case 'arrears':
        arrearsMicro += amountMicro;
        break;
      default: {
        const grantId = parsed.bucket.slice('subsidy:'.length);
        const subsidy = subsidies.get(grantId) ?? { grantId, balanceMicro: 0n, expiresAt: null };
        subsidies.set(grantId, { ...subsidy, balanceMicro: subsidy.balanceMicro + amountMicro });
      }
    }
  }
  return { subsidies: [...subsidies.values()], giftMicro, cashMicro, ecMicro, arrearsMicro };
}
