import type pg from 'pg';
import { lockAccounts } from '../../db/queries/accountLocks';
import { accountIds } from '../../db/queries/accountSetup';
import { byHandOfOne, byHandToAccounts, lockDesk } from '../../db/queries/payments';
import { REFUND_ALONE_MICRO, REFUND_DAY_MS, refundNeedsSecond } from '../../domain/payments/secondPerson';
import { fenTextFromMicro } from '../../domain/units';
import { dayLimitOf } from '../payments/handLimits';
import type { AccountsPlan } from './planAccounts';
import type { PlanContext } from './planContext';

/**
 * Holds opening balances that one person alone brings in against what they may credit by hand: opening balances are no way around
 * the cash desk's limits. Blames the rows that go beyond.
 * @param lock holds back others who credit by hand until the transaction ends
 */
export async function limitOpenings(
  client: pg.ClientBase,
  { run, nowMs }: PlanContext,
  { openings, lateOpenings }: AccountsPlan,
  by: { campusId: number; actor: string; lock: boolean; secondMayNot: boolean },
): Promise<void> {
  const all = [...openings, ...lateOpenings];
  if (all.length === 0) return;
  const { campusId, actor } = by;
  const standing = lateOpenings.map(({ account }) => account);
  if (by.lock) {
    const ids = await accountIds(client, campusId, standing);
    await lockAccounts(client, [...ids.values()]);
    await lockDesk(client, campusId);
  }
  const sinceMs = nowMs - REFUND_DAY_MS;
  const toAccount = await byHandToAccounts(client, campusId, standing, sinceMs);
  const limit = dayLimitOf(actor);
  let day = await byHandOfOne(client, campusId, actor, sinceMs);
  const rows = new Map(run.rows('accounts').map((row) => [row.code, row]));
  const refuse = (account: string, what: string) =>
    run.fail(
      rows.get(account)!,
      '/openingBalance',
      'OPENING_BY_TWO',
      by.secondMayNot
        ? `openingBalance: above ${what} somebody of finance must consent: the role of the second person that is named may not.`
        : `openingBalance: above ${what} a second person of finance must consent: name them as "second".`,
    );
  for (const { account, amountMicro } of all) {
    if (refundNeedsSecond(amountMicro, toAccount.get(account) ?? 0n)) {
      refuse(account, `${fenTextFromMicro(REFUND_ALONE_MICRO)} a day to one account`);
      continue;
    }
    day += amountMicro;
    if (day > limit) refuse(account, `${fenTextFromMicro(limit)} a day in all`);
  }
}
