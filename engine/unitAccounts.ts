import { DomainError } from '../domain/errors';
import type { AccountEntry } from './registry';

/** What only money can do, asked of an account that holds units. */
export function unitAccountRefusal(accountCode: string, what: string): DomainError {
  return new DomainError(
    'refused',
    'UNIT_ACCOUNT',
    `Account ${accountCode} holds units, not money: ${what}.`,
    { field: '/accountCode' },
  );
}

/** Refuses what only money can do, before any lock. @throws DomainError refused/UNIT_ACCOUNT */
export function requireMoneyAccount(account: AccountEntry | undefined, what: string): void {
  if (account?.unit) throw unitAccountRefusal(account.code, what);
}
