import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, withTransaction } from '../db/client';
import { decideGiftRow, findGift, type GiftRow, insertGift, isPaymentOf } from '../db/queries/gifts';
import { notify } from '../db/queries/notify';
import { applyPostings } from '../domain/credit/buckets';
import { customerAccount, expenseAccount, posting } from '../domain/credit/posting';
import { DomainError, invalid } from '../domain/errors';
import type { Closing, EngineContext } from './context';
import { watchCredit } from './creditWatch';
import { needOpenDraft } from './decideOnce';
import { flushAccounts } from './flushAccounts';
import { openForMovement } from './openAccounts';
import { postLedger } from './postLedger';
import { accountIdOf, currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';
import { requireMoneyAccount } from './unitAccounts';

const FEN_MICRO = 10_000n;
const GIFT_LIMIT_MICRO = 10_000_000_000n;

export interface GiftDraft {
  readonly campusId: number;
  readonly accountCode: string;
  /** µ-currency; a positive multiple of one fen. */
  readonly amountMicro: bigint;
  /** Top-up that it goes with; null: goodwill by itself. */
  readonly paymentId: string | null;
  readonly reason: string;
  readonly actor: string;
}

/**
 * Drafts a gift; nothing moves until somebody else approves it.
 * @throws DomainError notFound/ACCOUNT; invalid/AMOUNT, REASON, PAYMENT (not one of this account)
 */
export async function draftGift(
  database: Database,
  ctx: EngineContext,
  draft: GiftDraft,
  closing?: Closing<number>,
): Promise<number> {
  const { amountMicro, paymentId } = draft;
  if (amountMicro <= 0n || amountMicro % FEN_MICRO !== 0n || amountMicro > GIFT_LIMIT_MICRO)
    throw invalid('/amount', 'AMOUNT', 'A gift is 0.01 to 10,000.00, with at most two decimals.');
  if (draft.reason.trim() === '') throw invalid('/reason', 'REASON', 'A reason must be given.');
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const accountId = accountIdOf(registry, draft.campusId, draft.accountCode);
    if (accountId === undefined)
      throw new DomainError('notFound', 'ACCOUNT', `There is no account ${draft.accountCode}.`);
    requireMoneyAccount(registry.accounts.get(accountId), 'it takes no gift of money');
    if (paymentId !== null && !(await isPaymentOf(tx.client, accountId, paymentId)))
      throw invalid('/paymentId', 'PAYMENT', 'This is no payment of the account.');
    const id = await insertGift(tx.client, {
      ...draft,
      accountId,
      draftedBy: draft.actor,
      draftedMs: ctx.clock.now(),
    });
    closing?.(tx, id);
    return id;
  });
}

/**
 * Approves a draft, which books it as goodwill into the account's gift pot under the key `gift:{id}`, or rejects it. A gift is used
 * before cash and never refunded: refunds take cash alone.
 * @throws DomainError notFound/GIFT; refused/OWN_DRAFT, ACCOUNT_CLOSED; conflict/DECIDED
 */
export async function decideGift(
  database: Database,
  ctx: EngineContext,
  decision: {
    readonly campusId: number;
    readonly giftId: number;
    readonly approve: boolean;
    readonly actor: string;
  },
  closing?: Closing<GiftRow>,
): Promise<GiftRow> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const find = () => findGift(tx.client, decision.campusId, decision.giftId);
    const seen = await find();
    const opened =
      seen && (await openForMovement(tx, registry, seen.accountId, [expenseAccount('goodwill')]));
    // Under the account's lock: of two who decide at once, one finds it decided.
    const stored = opened && (await find());
    const gift = await needOpenDraft(tx, stored, { reason: 'GIFT', words: 'gift' }, decision);
    const now = ctx.clock.now();
    const { account, book } = opened!;
    const campus = registry.campuses.get(gift.campusId)!;
    let txId: bigint | null = null;
    if (decision.approve) {
      if (account.row.status === 'CLOSED')
        throw new DomainError('refused', 'ACCOUNT_CLOSED', `Account ${gift.accountCode} is closed.`);
      const postings = [
        posting(
          expenseAccount('goodwill'),
          customerAccount(gift.accountCode, 'gift'),
          gift.amountMicro,
          campus.currency,
        ),
      ];
      [txId] = (await postLedger(tx, campus, book, [
        { key: `gift:${gift.id}`, kind: 'gift', atMs: now, postings },
      ])) as [bigint];
      account.setCredit({
        ...account.credit,
        buckets: applyPostings(account.credit.buckets, gift.accountCode, postings),
      });
      const desk = new SupplyDesk(tx, ctx, registry);
      await watchCredit(desk, account, now);
      await flushAccounts(tx, campus, book, [account]);
      await desk.flush();
      notify(tx, DB_CHANNELS.accountCredited, [String(account.row.id)]);
    }
    const state = decision.approve ? 'APPROVED' : 'REJECTED';
    await decideGiftRow(tx.client, gift.id, { state, by: decision.actor, atMs: now, txId });
    const decided: GiftRow = { ...gift, state, decidedBy: decision.actor, decidedMs: now, txId };
    closing?.(tx, decided);
    return decided;
  });
}
