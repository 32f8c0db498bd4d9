import { type Database, type Tx, withTransaction } from '../db/client';
import { stampAccounts } from '../db/queries/accountLocks';
import {
  closeDispute,
  contestedCharge,
  type DisputeOutcome,
  type DisputeRow,
  disputeById,
  reviewDispute,
  storeVerdict,
} from '../db/queries/disputes';
import { insertNotice } from '../db/queries/notices';
import { isSamePerson } from '../db/queries/samePerson';
import { nextDisputeState } from '../domain/credit/disputes';
import { DomainError, invalid } from '../domain/errors';
import { textFromMicro } from '../domain/units';
import type { Closing, EngineContext } from './context';
import { watchCredits } from './creditWatch';
import { giveBack, rerate } from './disputeRemedies';
import { flushAccounts } from './flushAccounts';
import { type OpenAccounts, openAccounts, payersOf } from './openAccounts';
import { currentRegistry, type Registry } from './registry';
import { SupplyDesk } from './supplyDesk';

/** What is done for a payer who is right. */
export type Remedy =
  /** The charge is built again from readings and tariffs as they stand now, without the reading of this instant if one is named. */
  | { readonly kind: 'RERATE'; readonly discardReadingMs: number | null }
  /** Metering and price hold; the operator gives money back. µ, at most what is contested. */
  | { readonly kind: 'GOODWILL'; readonly amountMicro: bigint };

export interface Verdict {
  readonly campusId: number;
  readonly id: string;
  readonly actor: string;
  /** The second person, verified by the caller; null: nobody. */
  readonly approver: string | null;
  /** The payer reads it. */
  readonly reason: string;
  /** Null: rejected. */
  readonly remedy: Remedy | null;
}

/** Takes a dispute on for review. @throws DomainError notFound/DISPUTE, refused/DISPUTE_STATE */
export function startReview(
  database: Database,
  ctx: EngineContext,
  act: { campusId: number; id: string; actor: string },
  closing?: Closing<DisputeRow>,
): Promise<void> {
  return withTransaction(database, async (tx) => {
    const dispute = await found(tx, act, true);
    nextDisputeState(dispute.state, 'REVIEW');
    await reviewDispute(tx.client, act.id, act.actor, ctx.clock.now());
    closing?.(tx, dispute);
  });
}

/** Closes a decided dispute. @throws DomainError notFound/DISPUTE, refused/DISPUTE_STATE */
export function endDispute(
  database: Database,
  ctx: EngineContext,
  act: { campusId: number; id: string; actor: string },
  closing?: Closing<DisputeRow>,
): Promise<void> {
  return withTransaction(database, async (tx) => {
    const dispute = await found(tx, act, true);
    nextDisputeState(dispute.state, 'CLOSE');
    await closeDispute(tx.client, act.id, ctx.clock.now());
    closing?.(tx, dispute);
  });
}

/**
 * Decides a dispute, in one transaction: upheld, the charge is reversed and booked anew as it should have been, or money is
 * given back; rejected, everything stays. Either way the amount counts again, and the payer is told.
 * @throws DomainError notFound/DISPUTE; invalid (reason, amount, reading); refused/DISPUTE_STATE, refused/OWN_DISPUTE for who opened it,
 * conflict/GIVEN_BACK, refused/SECOND_PERSON as `giveBack`; refused/RERATE_UNCHANGED where building it again changes nothing, refused/READING_NEEDED where the reading can't be left out
 */
export async function decideDispute(
  database: Database,
  ctx: EngineContext,
  verdict: Verdict,
  closing?: Closing<DisputeOutcome>,
): Promise<DisputeOutcome> {
  const reason = verdict.reason.trim();
  if (reason === '' || reason.length > 500)
    throw invalid('/reason', 'REASON', 'Say in 1 to 500 letters why; the payer reads it.');
  const { remedy } = verdict;
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const seen = await found(tx, verdict, false);
    const charge = (await contestedCharge(tx.client, verdict.campusId, seen.chargeId))!;
    const meter = registry.meters.get(charge.meterId);
    if (!meter) throw new Error(`meter ${charge.meterId} is not in the registry`);
    const payers = [...new Set([...payersOf([meter]), charge.accountId])].sort((a, b) => a - b);
    const accounts = await openAccounts(tx, registry, payers);
    const dispute = await found(tx, verdict, true);
    const state = nextDisputeState(dispute.state, remedy ? 'UPHOLD' : 'REJECT') as 'UPHELD' | 'REJECTED';
    if (await isSamePerson(tx, dispute.openedBy, verdict.actor))
      throw new DomainError('refused', 'OWN_DISPUTE', 'Who contested a charge does not decide about it.');
    const outcome =
      remedy?.kind === 'RERATE'
        ? await rerate(database, tx, ctx, {
            registry,
            accounts,
            charge,
            dispute,
            discardMs: remedy.discardReadingMs,
          })
        : remedy?.kind === 'GOODWILL'
          ? await giveBack(tx, ctx, {
              ...{ registry, accounts, charge, dispute },
              amountMicro: remedy.amountMicro,
              people: verdict,
            })
          : {
              chargeId: null,
              amountMicro: charge.amountMicro.toString(),
              goodwillTxId: null,
              goodwillMicro: '0',
            };
    const now = ctx.clock.now();
    await storeVerdict(tx.client, verdict.id, { state, by: verdict.actor, atMs: now, reason, outcome });
    await insertNotice(tx.client, {
      campusId: verdict.campusId,
      kind: 'DISPUTE_DECIDED',
      accountId: charge.accountId,
      departmentId: null,
      atMs: now,
      concernsMs: charge.t0Ms,
      dedupeKey: `dispute:${verdict.id}`,
      body: {
        account: charge.accountCode,
        verdict: state,
        before: textFromMicro(charge.amountMicro),
        after: textFromMicro(BigInt(outcome.amountMicro)),
        chargedMs: charge.t0Ms,
      },
    });
    await stampAccounts(tx.client, payers);
    await followCredit(tx, ctx, registry, verdict.campusId, accounts, charge.accountId);
    closing?.(tx, outcome);
    return outcome;
  });
}

async function found(
  tx: Tx,
  { campusId, id }: { campusId: number; id: string },
  lock: boolean,
): Promise<DisputeRow> {
  const dispute = await disputeById(tx.client, campusId, id, lock);
  if (!dispute) throw new DomainError('notFound', 'DISPUTE', `There is no dispute ${id}.`);
  return dispute;
}

/** Now that its amount counts again (or less of it), supply follows. */
async function followCredit(
  tx: Tx,
  ctx: EngineContext,
  registry: Registry,
  campusId: number,
  accounts: OpenAccounts,
  accountId: number,
): Promise<void> {
  const account = accounts.get(accountId);
  if (account) account.row.disputedMicro = 0n;
  const desk = new SupplyDesk(tx, ctx, registry);
  await watchCredits(desk, accounts.all(), ctx.clock.now());
  await flushAccounts(tx, registry.campuses.get(campusId)!, accounts.book, accounts.all());
  await desk.flush();
}
