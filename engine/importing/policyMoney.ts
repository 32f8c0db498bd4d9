import type { PolicyBody } from '../../db/queries/storedPolicy';

/** What a policy says about money, by the fields of a document: what it lends, and how much of a top-up pays arrears. */
export const POLICY_MONEY = {
  emergencyCredit: (body: PolicyBody) => body.emergencyCreditMicro ?? '0',
  recoveryPercent: (body: PolicyBody) => String(body.recoveryPercent ?? WHOLE_PERCENT),
} as const;

const WHOLE_PERCENT = 100;

/** The fields in which two policies differ about money; one that is not there lends nothing and takes arrears back whole. */
export function moneyApart(one: PolicyBody, other: PolicyBody): (keyof typeof POLICY_MONEY)[] {
  const fields = Object.keys(POLICY_MONEY) as (keyof typeof POLICY_MONEY)[];
  return fields.filter((field) => POLICY_MONEY[field](one) !== POLICY_MONEY[field](other));
}
