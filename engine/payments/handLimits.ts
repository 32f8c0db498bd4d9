import type { Tx } from '../../db/client';
import { byHandOfOne, byHandToAccounts, lockDesk } from '../../db/queries/payments';
import { DomainError } from '../../domain/errors';
import {
  DESK_ALONE_MICRO,
  KEYS_DAY_MICRO,
  REFUND_DAY_MS,
  refundNeedsSecond,
} from '../../domain/payments/secondPerson';
import { fenTextFromMicro } from '../../domain/units';
import { consents, needSecondAboveLimit, type TwoPeople } from '../needSecondPerson';

/** Money that somebody says they received: no provider vouches for it. */
export interface ByHand {
  readonly campusId: number;
  readonly accountCode: string;
  readonly amountMicro: bigint;
  readonly actor: string;
}

/** ACCOUNT: 500.00 a day to one account. DAY: what one person, or all keys of a campus, may credit in a day. */
export type HandLimit = 'ACCOUNT' | 'DAY';

/**
 * Which limit of one person's word a credit goes beyond, after what was credited by hand in the 24 hours before; null: none. The
 * caller holds the account's lock; from here on others who credit by hand on the campus wait.
 */
export async function limitOfOne(tx: Tx, credit: ByHand, nowMs: number): Promise<HandLimit | null> {
  const { campusId, accountCode, amountMicro, actor } = credit;
  await lockDesk(tx.client, campusId);
  const sinceMs = nowMs - REFUND_DAY_MS;
  const toAccount = await byHandToAccounts(tx.client, campusId, [accountCode], sinceMs);
  if (refundNeedsSecond(amountMicro, toAccount.get(accountCode) ?? 0n)) return 'ACCOUNT';
  const day = amountMicro + (await byHandOfOne(tx.client, campusId, actor, sinceMs));
  return day > dayLimitOf(actor) ? 'DAY' : null;
}

/** What an actor may credit by hand in a day on their word alone, µ-currency. */
export const dayLimitOf = (actor: string): bigint =>
  actor.startsWith('key:') ? KEYS_DAY_MICRO : DESK_ALONE_MICRO;

/** As `limitOfOne`, where a second person may consent. @throws DomainError refused/SECOND_PERSON, DESK_DAY */
export async function needSecondByHand(tx: Tx, credit: ByHand & TwoPeople, nowMs: number): Promise<void> {
  const limit = await limitOfOne(tx, credit, nowMs);
  if (limit === 'ACCOUNT') await needSecondAboveLimit(tx, credit);
  if (limit === 'DAY' && !(await consents(tx, credit)))
    throw new DomainError(
      'refused',
      'DESK_DAY',
      `Above ${fenTextFromMicro(DESK_ALONE_MICRO)} a day on one person's word a second person must consent.`,
      { field: '/second' },
    );
}
