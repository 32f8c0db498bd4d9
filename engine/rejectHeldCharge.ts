import type { Database } from '../db/client';
import { insertRejection, rejectedWorthSince } from '../db/queries/chargeRejections';
import { heldReadings } from '../db/queries/heldReadings';
import { rejectQuarantined } from '../db/queries/quarantine';
import { invalid } from '../domain/errors';
import { rejectHeld } from '../domain/metering/register';
import type { ChargeableInterval } from '../domain/metering/registerVerdict';
import { REFUND_DAY_MS, refundNeedsSecond } from '../domain/payments/secondPerson';
import { costMicro, endHeldCharge, type PartsTaken } from './chargeGuard';
import type { Closing, EngineContext } from './context';
import { decideHeldCharge, type HeldCharge, type HeldChargeAsk, nothingHeld } from './decideHeldCharge';
import { consenting, needSecondAboveLimit } from './needSecondPerson';
import { payerParts } from './rateMeter';
import { specOf } from './registry';
import { acceptHeld, discardRefuted, holdFingerprint, replayHeld } from './replayHeld';
import { worthOf } from './unitSale';

export interface HeldChargeRejection extends HeldChargeAsk {
  /** Why it is never charged, 1 to 200 letters. */
  readonly reason: string;
  /** The second person, verified by the caller; null: nobody. */
  readonly approver: string | null;
}

export interface RejectedCharge {
  /** What the held readings came to, µ of the utility's unit. */
  readonly quantityMicro: bigint;
  /** What it would have cost its payers at the prices that hold now, µ-currency. */
  readonly worthMicro: bigint;
}

/**
 * A person looked at a charge that was held and found that it must not be taken: what the register counted since its last accepted
 * reading is never charged. The newest held reading begins a new epoch, and a record keeps who decided it, why, and from where to
 * where. No money moves, so nothing of the ledger changes.
 * @param closing writes the audit line of the act into its transaction
 * @throws DomainError invalid (reason); conflict/NO_HELD_CHARGE where nothing is held for its charge at the point;
 *   refused/SECOND_PERSON where it is worth more than one person may give away at a point in a day
 */
export async function rejectHeldCharge(
  database: Database,
  context: EngineContext,
  ask: HeldChargeRejection,
  closing?: Closing<RejectedCharge>,
): Promise<RejectedCharge> {
  const reason = ask.reason.trim();
  if (reason === '' || reason.length > 200)
    throw invalid('/reason', 'REASON', 'A rejection needs a reason of 1 to 200 letters.');
  return decideHeldCharge(database, context, ask, (held) => reject(held, { ...ask, reason }), closing);
}

async function reject(held: HeldCharge, ask: HeldChargeRejection): Promise<RejectedCharge> {
  const { tx, work, accounts, watched, point } = held;
  const { meter, state, register } = watched;
  const verdict = register && rejectHeld(specOf(meter), register);
  if (!verdict) throw nothingHeld();
  const { rejected } = verdict;
  const worthMicro = worthOfInterval(held, rejected);
  const today = await rejectedWorthSince(tx.client, point.pointId, work.now - REFUND_DAY_MS);
  if (refundNeedsSecond(worthMicro, today)) await needSecondAboveLimit(tx, ask);

  const { fromMs, toMs } = rejected;
  const { epoch } = verdict.state;
  const refused = (await heldReadings(tx.client, meter.meterId, fromMs)).filter(({ tsMs }) => tsMs < toMs);
  watched.register = verdict.state;
  state.firstMs = toMs;
  acceptHeld(work, watched, verdict);
  await discardRefuted(tx, work, watched, verdict);
  await rejectQuarantined(
    tx.client,
    refused.map(({ tsMs }) => holdFingerprint(meter.meterId, tsMs)),
  );
  work.epochs.push({
    meterId: meter.meterId,
    epoch,
    openedMs: toMs,
    reason: 'CHARGE_REJECTED',
    startMicro: rejected.toMicro,
    proposedLostMicro: null,
  });
  await insertRejection(tx.client, {
    ...rejected,
    meterId: meter.meterId,
    pointId: point.pointId,
    epoch,
    worthMicro,
    reason: ask.reason,
    actor: ask.actor,
    approver: await consenting(tx, ask),
    atMs: work.now,
  });
  endHeldCharge(work, watched, point, work.now, { kind: 'REJECTED', actor: ask.actor, note: ask.reason });
  await replayHeld(tx, work, accounts, watched, point, { afterMs: toMs });
  return { quantityMicro: rejected.quantityMicro, worthMicro };
}

/** What an interval would cost those who pay at the point, µ-currency, at the prices and surcharges that hold now. */
function worthOfInterval(
  { work, accounts, watched, point }: HeldCharge,
  interval: ChargeableInterval,
): bigint {
  const { meter } = watched;
  const taken: PartsTaken = new Map();
  let sum = 0n;
  for (const part of payerParts(work.registry, point, meter.utility, interval.fromMs, interval.toMs)) {
    const account = accounts.get(part.accountId);
    if (!account) continue;
    const ownMicro = costMicro(account, meter, interval, part, taken);
    sum += worthOf(work.registry, account, ownMicro, work.now);
  }
  return sum;
}
