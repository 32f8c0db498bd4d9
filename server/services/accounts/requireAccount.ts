import { findAccountView } from '../../../db/queries/accountViews';
import type { ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import type { ReadDeps } from '../deps';

/**
 * Makes sure that an account lies within the scope of a permission. Whoever acts for the whole campus needs no look at the place:
 * the engine knows the campus's accounts. @throws DomainError `notFound` `ACCOUNT`
 */
export async function requireAccount(
  deps: Pick<ReadDeps, 'reader'>,
  scope: ScopeFilter,
  code: string,
): Promise<void> {
  if (scope.campusWide || (await findAccountView(deps.reader, scope, code))) return;
  throw new DomainError('notFound', 'ACCOUNT', `There is no account ${code}.`, { field: '/accountCode' });
}
