import { type Database, withTransaction } from '../db/client';
import { createCustomerPot } from '../db/queries/ledger';
import {
  accountsWithLapsed,
  fundsOfGrants,
  type GrantDue,
  grantsDue,
  insertMoneyGrant,
  isGranted,
  lockFundRest,
  standingKeys,
} from '../db/queries/moneyGrants';
import { insertNotice } from '../db/queries/notices';
import { applyPostings } from '../domain/credit/buckets';
import { grantTermAt } from '../domain/credit/moneyGrant';
import { customerAccount, fundAccount, posting } from '../domain/credit/posting';
import { textFromMicro } from '../domain/units';
import type { AccountWork } from './accountWork';
import type { EngineContext } from './context';
import { watchCredit } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { openAccounts } from './openAccounts';
import { type LedgerRequest, postLedger } from './postLedger';
import { currentRegistry, freshRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

const PAGE = 500;

/**
 * Money subsidies over time: what lapsed goes back to its fund, and what an approved entitlement grants now comes to its account,
 * each account in a transaction of its own. Safe to run at any time: a grant stands once, and so does its return.
 * @param page accounts that are looked up at once
 */
export async function grantSubsidies(
  database: Database,
  ctx: EngineContext,
  page = PAGE,
): Promise<{ granted: number; lapsed: number; unpaid: number }> {
  const done = { granted: 0, lapsed: 0, unpaid: 0 };
  for (const accountId of await accountsWithLapsed(database.pool, ctx.clock.now(), page))
    done.lapsed += await lapse(database, ctx, accountId);
  const registry = await freshRegistry(database);
  for (const { id, zone } of registry.campuses.values()) {
    const now = ctx.clock.now();
    let after = { accountId: 0, entitlementId: 0 };
    for (;;) {
      const list = await grantsDue(database.pool, id, now, zone.monthStart(now), after, page);
      for (const due of list) {
        const outcome = await grant(database, ctx, due);
        if (outcome === 'GRANTED') done.granted++;
        else if (outcome === 'FUND_SHORT') done.unpaid++;
      }
      const last = list.at(-1);
      if (!last || list.length < page) break;
      after = last;
    }
  }
  return done;
}

/** Use before the end is paid by the subsidy, whenever it was to be posted; then the rest goes back. */
async function lapse(database: Database, ctx: EngineContext, accountId: number): Promise<number> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const accounts = await openAccounts(tx, registry, [accountId]);
    const account = accounts.get(accountId);
    if (!account) return 0;
    const { row } = account;
    const campus = registry.campuses.get(row.campusId)!;
    const now = ctx.clock.now();
    for (const stream of account.streams.values()) account.close(stream, now);
    await flushAccounts(tx, campus, accounts.book, [account]);

    const over = account.credit.buckets.subsidies.filter(
      ({ expiresAt, balanceMicro }) => expiresAt !== null && expiresAt <= now && balanceMicro > 0n,
    );
    const codes = over.map(({ grantId }) => grantId);
    const funds = await fundsOfGrants(tx.client, row.campusId, codes);
    const standing = await standingKeys(tx.client, row.campusId, codes.map(expiryKey));
    const requests = over.flatMap(({ grantId, balanceMicro }): LedgerRequest[] => {
      const fund = funds.get(grantId);
      if (fund === undefined) return [];
      const pot = customerAccount(row.code, `subsidy:${grantId}`);
      const seq = accounts.book.pot(row.campusId, pot)!.accountSeq;
      return [
        {
          // A correction of older use may bring money back to a pot that has lapsed already.
          key: standing.has(expiryKey(grantId)) ? `${expiryKey(grantId)}:${seq}` : expiryKey(grantId),
          kind: 'expire',
          atMs: now,
          postings: [posting(pot, fundAccount(fund), balanceMicro, campus.currency)],
        },
      ];
    });
    await book(tx, ctx, { registry, accounts, account, campus, requests });
    return requests.length;
  });
}

const expiryKey = (grantCode: string): string => `expire:${grantCode}`;

async function grant(
  database: Database,
  ctx: EngineContext,
  due: GrantDue,
): Promise<'GRANTED' | 'FUND_SHORT' | 'NONE'> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const campus = registry.campuses.get(due.campusId)!;
    const accounts = await openAccounts(tx, registry, [due.accountId]);
    const account = accounts.get(due.accountId);
    const now = ctx.clock.now();
    const { periodMs, code, expiresMs } = grantTermAt(due, campus.zone, now);
    if (!account || account.row.status === 'CLOSED') return 'NONE';
    if (await isGranted(tx.client, due.entitlementId, periodMs)) return 'NONE';
    const rest = await lockFundRest(tx.client, due.fundId);
    if (rest !== null && rest < due.amountMicro) {
      await insertNotice(tx.client, {
        campusId: due.campusId,
        kind: 'GRANT_UNPAID',
        accountId: null,
        departmentId: null,
        atMs: now,
        dedupeKey: `grant:${due.entitlementId}:${periodMs}`,
        body: {
          fund: due.fundCode,
          account: account.row.code,
          entitlement: due.code,
          amount: textFromMicro(due.amountMicro),
        },
      });
      return 'FUND_SHORT';
    }
    const pot = customerAccount(account.row.code, `subsidy:${code}`);
    accounts.book.add(
      await createCustomerPot(tx.client, {
        campusId: due.campusId,
        name: pot,
        currency: campus.currency,
        accountId: due.accountId,
        bucket: 'SUBSIDY',
        expiresMs,
      }),
    );
    account.setCredit({ ...account.credit, buckets: accounts.book.buckets(due.accountId) });
    const [txId] = await book(tx, ctx, {
      registry,
      accounts,
      account,
      campus,
      requests: [
        {
          key: `grant:${code}`,
          kind: 'grant',
          atMs: now,
          postings: [posting(fundAccount(due.fundCode), pot, due.amountMicro, campus.currency)],
        },
      ],
    });
    await insertMoneyGrant(tx.client, { ...due, periodMs, code, grantedMs: now, expiresMs, txId: txId! });
    await insertNotice(tx.client, {
      campusId: due.campusId,
      kind: 'SUBSIDY_GRANTED',
      accountId: due.accountId,
      departmentId: null,
      atMs: now,
      dedupeKey: `granted:${due.entitlementId}:${periodMs}`,
      body: { account: account.row.code, fund: due.fundCode, amount: textFromMicro(due.amountMicro) },
    });
    return 'GRANTED';
  });
}

/** Books movements of one account's subsidies and lets its supply follow. */
async function book(
  tx: Parameters<typeof postLedger>[0],
  ctx: EngineContext,
  at: {
    registry: Awaited<ReturnType<typeof currentRegistry>>;
    accounts: Awaited<ReturnType<typeof openAccounts>>;
    account: AccountWork;
    campus: { id: number; currency: string };
    requests: readonly LedgerRequest[];
  },
): Promise<bigint[]> {
  const { account, accounts, campus, requests } = at;
  const ids = await postLedger(tx, campus, accounts.book, requests);
  const postings = requests.flatMap((request) => request.postings);
  account.setCredit({
    ...account.credit,
    buckets: applyPostings(account.credit.buckets, account.row.code, postings),
  });
  const desk = new SupplyDesk(tx, ctx, at.registry);
  await watchCredit(desk, account, desk.now);
  await flushAccounts(tx, campus, accounts.book, [account]);
  await desk.flush();
  return ids;
}
