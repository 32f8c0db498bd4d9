import { DomainError } from '../errors';

/** Ways in which money reaches us; each has its own `psp:` account (decision: one account per channel). */
export const PAYMENT_CHANNELS = ['wechat', 'alipay', 'stripe', 'card', 'counter', 'bank'] as const;
export type PaymentChannel = (typeof PAYMENT_CHANNELS)[number];

/** Income accounts. */
export type RevenueKind = 'electricity' | 'water' | 'gas' | 'fee' | 'rounding';
/** Expense accounts. */
export type ExpenseKind = 'psp_fee' | 'goodwill';
/** The part of a customer's credit that a ledger account holds. */
export type CustomerBucket = 'cash' | 'gift' | `subsidy:${string}` | 'ec' | 'arrears';

/** Name of a ledger account, as it stands in postings and in hashes. */
export type LedgerAccountName =
  | `psp:${string}`
  | `cust:${string}:${string}`
  | `fund:${string}`
  | `rev:${RevenueKind}`
  | `exp:${ExpenseKind}`
  | `suspense:${string}`
  | `units:${RevenueKind}`;

/** Value in flow form: `a` µ of `ccy` leave `s` and enter `d`; `a` is positive, so a transaction sums to zero by construction. */
export interface Posting {
  readonly s: LedgerAccountName;
  readonly d: LedgerAccountName;
  readonly a: bigint;
  readonly ccy: string;
}

export const pspAccount = (channel: PaymentChannel): LedgerAccountName => `psp:${channel}`;
export const customerAccount = (accountCode: string, bucket: CustomerBucket): LedgerAccountName =>
  `cust:${accountCode}:${bucket}`;
export const fundAccount = (fundId: string): LedgerAccountName => `fund:${fundId}`;
export const revenueAccount = (kind: RevenueKind): LedgerAccountName => `rev:${kind}`;
export const expenseAccount = (kind: ExpenseKind): LedgerAccountName => `exp:${kind}`;
/** Where units of a utility come from when they are sold, and go when they are used; in KWH or M3. */
export const unitsAccount = (kind: RevenueKind): LedgerAccountName => `units:${kind}`;
export const suspenseAccount = (channel: PaymentChannel): LedgerAccountName => `suspense:${channel}`;

/** Only customers' ledger accounts carry a hash chain and a stored balance; system accounts are roll-ups. */
export function isChainedAccount(name: string): boolean {
  return name.startsWith('cust:');
}

/** Splits `cust:{account}:{bucket}`; null for a system account. Account codes hold no colon. */
export function parseCustomerAccount(name: string): { accountCode: string; bucket: CustomerBucket } | null {
  const match = /^cust:([^:]+):(cash|gift|ec|arrears|subsidy:.+)$/.exec(name);
  return match ? { accountCode: match[1]!, bucket: match[2] as CustomerBucket } : null;
}

/** One posting; throws `invalid` unless the amount (µ) is positive and the two ends differ. */
export function posting(
  s: LedgerAccountName,
  d: LedgerAccountName,
  amountMicro: bigint,
  ccy: string,
): Posting {
  if (amountMicro <= 0n)
    throw new DomainError('invalid', 'POSTING_AMOUNT', 'A posting moves a positive amount.');
  if (s === d) throw new DomainError('invalid', 'POSTING_ENDS', 'A posting needs two different accounts.');
  return { s, d, a: amountMicro, ccy };
}

/** The same postings swapped and in reverse order: the body of a reversal transaction. */
export function reversePostings(postings: readonly Posting[]): Posting[] {
  return postings.map(({ s, d, a, ccy }) => ({ s: d, d: s, a, ccy })).reverse();
}

/** A signed change of one ledger account; every posting makes two that cancel out. */
export interface LedgerMovement {
  readonly account: LedgerAccountName;
  readonly amountMicro: bigint;
}

/** The signed entries of a transaction in posting order, source before destination. */
export function movementsOf(postings: readonly Posting[]): LedgerMovement[] {
  return postings.flatMap(({ s, d, a }) => [
    { account: s, amountMicro: -a },
    { account: d, amountMicro: a },
  ]);
}
