import { ulid } from 'ulid';
import { type Database, withTransaction } from '../db/client';
import { stampAccounts } from '../db/queries/accountLocks';
import { workDaysOf } from '../db/queries/campusDays';
import { contestedCharge, insertDispute, stillPaid, wasRejected } from '../db/queries/disputes';
import { DISPUTE_WORKING_DAYS } from '../domain/credit/disputes';
import { DomainError, invalid } from '../domain/errors';
import { workCalendarOf } from '../domain/network/workCalendar';
import { endOfWorkingDay } from '../domain/payments/dueDate';
import type { Closing, EngineContext } from './context';
import { watchCredits } from './creditWatch';
import { freezeEvidence } from './disputeEvidence';
import { flushAccounts } from './flushAccounts';
import { openAccounts } from './openAccounts';
import { currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

export interface Objection {
  readonly campusId: number;
  readonly chargeId: bigint;
  /** What the payer says is wrong. */
  readonly reason: string;
  readonly actor: string;
  /** By somebody who decides disputes: they may take up again what was rejected. */
  readonly byStaff: boolean;
}

export interface OpenedDispute {
  readonly id: string;
  readonly accountCode: string;
  readonly disputedMicro: bigint;
  readonly dueMs: number;
  readonly evidenceHash: string;
}

/**
 * Contests a charge: the evidence is frozen, and the amount counts toward no cut from now on, in one transaction. What was
 * rejected once is taken up again by staff alone, and bars no cut any more.
 * @throws DomainError notFound/CHARGE; invalid (reason); refused/CHARGE_REPLACED where a newer revision stands, refused/NOTHING_CHARGED,
 * refused/DISPUTE_REJECTED; conflict/DISPUTE_OPEN where the account contests another charge already
 */
export async function openDispute(
  database: Database,
  ctx: EngineContext,
  objection: Objection,
  closing?: Closing<OpenedDispute>,
): Promise<OpenedDispute> {
  const reason = objection.reason.trim();
  if (reason === '' || reason.length > 500)
    throw invalid('/reason', 'REASON', 'Say in 1 to 500 letters what is wrong.');
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const found = await contestedCharge(tx.client, objection.campusId, objection.chargeId);
    if (!found) throw new DomainError('notFound', 'CHARGE', `There is no charge ${objection.chargeId}.`);
    const accounts = await openAccounts(tx, registry, [found.accountId]);
    // Read again under the account's lock: a late reading may have replaced it meanwhile.
    const charge = (await contestedCharge(tx.client, objection.campusId, objection.chargeId))!;
    if (charge.supersededBy !== null)
      throw new DomainError('refused', 'CHARGE_REPLACED', 'A newer revision of this charge stands.');
    const paidMicro = await stillPaid(tx.client, charge);
    if (charge.amountMicro <= 0n || paidMicro <= 0n)
      throw new DomainError(
        'refused',
        'NOTHING_CHARGED',
        'Nothing was taken for this charge, or it was given back.',
      );
    if (!objection.byStaff && (await wasRejected(tx.client, objection.chargeId)))
      throw new DomainError(
        'refused',
        'DISPUTE_REJECTED',
        'This charge was contested before and the objection rejected: finance alone can take it up again.',
      );
    const now = ctx.clock.now();
    const campus = registry.campuses.get(objection.campusId)!;
    const days = await workDaysOf(tx.client, objection.campusId);
    const evidence = await freezeEvidence(tx, campus, objection.chargeId, now);
    const opened: OpenedDispute = {
      id: ulid(now),
      accountCode: charge.accountCode,
      disputedMicro: paidMicro < charge.amountMicro ? paidMicro : charge.amountMicro,
      dueMs: endOfWorkingDay(now, DISPUTE_WORKING_DAYS, campus.zone, workCalendarOf(days)),
      evidenceHash: evidence.hash,
    };
    const inserted = await insertDispute(tx.client, {
      ...opened,
      campusId: objection.campusId,
      accountId: charge.accountId,
      chargeId: objection.chargeId,
      reason,
      openedBy: objection.actor,
      openedMs: now,
      evidence: evidence.text,
      evidenceHash: evidence.hash,
    });
    if (!inserted)
      throw new DomainError('conflict', 'DISPUTE_OPEN', 'This account contests another charge already.');
    await stampAccounts(tx.client, [charge.accountId]);
    const desk = new SupplyDesk(tx, ctx, registry);
    await watchCredits(desk, accounts.all(), now);
    await flushAccounts(tx, campus, accounts.book, accounts.all());
    await desk.flush();
    closing?.(tx, opened);
    return opened;
  });
}
