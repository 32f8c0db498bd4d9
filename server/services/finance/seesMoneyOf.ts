import { noScope, type ScopeFilter } from '../../../db/queries/scope';
import { type Caller, roleMissing } from '../../auth/caller';

/** Where the caller sees whose money it is, as finance does; nowhere for who checks the books alone. */
export function seesMoneyOf(caller: Caller, nowMs: number): ScopeFilter {
  const right = caller.permission('VIEW_MONEY');
  return right?.grant === 'FULL' ? right.scope : noScope(caller.campus.id, new Date(nowMs));
}

/** Whether the caller sees whose money it is, anywhere. */
export const seesSomeMoney = (caller: Caller): boolean => caller.permission('VIEW_MONEY')?.grant === 'FULL';

/** The money of one room is asked for. @throws DomainError `forbidden` `ROLE_MISSING` */
export function requireMoneyOfRooms(caller: Caller): void {
  if (!seesSomeMoney(caller)) throw roleMissing('VIEW_MONEY');
}
