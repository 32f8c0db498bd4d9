import type { Database, Tx } from '../db/client';
import { maintainsHourly } from '../db/partitions';
import {
  type ContestedCharge,
  contestedCharge,
  type DisputeOutcome,
  type DisputeRow,
  goodwillSince,
  standingCharge,
  stillPaid,
} from '../db/queries/disputes';
import { acceptedReadings, addHourly, amendReadings } from '../db/queries/ingest';
import { lockMeterStates } from '../db/queries/meterStates';
import { expenseAccount } from '../domain/credit/posting';
import { applyTopUp } from '../domain/credit/repayment';
import { DomainError, invalid } from '../domain/errors';
import { REFUND_DAY_MS, refundNeedsSecond } from '../domain/payments/secondPerson';
import type { EngineContext } from './context';
import { IngestWork } from './ingestWork';
import { requestReplays } from './lateReadings';
import { needSecondAboveLimit, type TwoPeople } from './needSecondPerson';
import type { OpenAccounts } from './openAccounts';
import { postLedger } from './postLedger';
import type { Registry } from './registry';
import { replayAccount } from './replay';

interface Contested {
  readonly registry: Registry;
  readonly accounts: OpenAccounts;
  readonly charge: ContestedCharge;
  readonly dispute: DisputeRow;
}

interface Goodwill extends Contested {
  /** µ-currency. */
  readonly amountMicro: bigint;
  readonly people: TwoPeople;
}

const DISCARDED = 2;

/**
 * Builds a contested charge again from readings and tariffs as they stand now, without one reading if its instant is given. The
 * registers rule: a reading that is left out moves use in time and loses none of it.
 * @throws DomainError refused/RERATE_UNCHANGED, refused/READING_NEEDED, invalid (reading)
 */
export async function rerate(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  { registry, accounts, charge, dispute, discardMs }: Contested & { readonly discardMs: number | null },
): Promise<DisputeOutcome> {
  const work = new IngestWork(registry, ctx.clock.now(), false);
  const states = await lockMeterStates(tx.client, [charge.meterId]);
  work.addMeter(registry.meters.get(charge.meterId)!, states.get(charge.meterId)!);
  let { t0Ms: fromMs, t1Ms: toMs } = charge;
  if (discardMs !== null) {
    const around = await leaveOut(tx, work, charge, discardMs);
    fromMs = Math.min(fromMs, around.fromMs);
    toMs = Math.max(toMs, around.toMs);
    if (await maintainsHourly(database)) await addHourly(tx.client, work.hourly());
  }
  requestReplays(work, accounts, work.meters.get(charge.meterId)!, fromMs, toMs);
  for (const replay of work.replays) await replayAccount(tx, work, accounts, replay);
  const now = (await contestedCharge(tx.client, dispute.campusId, dispute.chargeId))!;
  if (now.supersededBy === null)
    throw new DomainError(
      'refused',
      'RERATE_UNCHANGED',
      'Built again from readings and tariffs as they stand, the charge comes out the same.',
    );
  const standing = await standingCharge(tx.client, charge);
  return {
    chargeId: standing.id?.toString() ?? null,
    amountMicro: standing.amountMicro.toString(),
    goodwillTxId: null,
    goodwillMicro: '0',
  };
}

/** Discards the accepted reading of an instant inside the charge; the next one takes over what it measured. */
async function leaveOut(
  tx: Tx,
  work: IngestWork,
  charge: ContestedCharge,
  atMs: number,
): Promise<{ fromMs: number; toMs: number }> {
  const timeline = await acceptedReadings(tx.client, charge.meterId, charge.t0Ms, charge.t1Ms + 1);
  const at = timeline.findIndex((reading) => reading.tsMs === atMs);
  const reading = timeline[at];
  if (!reading || atMs <= charge.t0Ms || atMs > charge.t1Ms)
    throw invalid(
      '/remedy/discardReadingAt',
      'READING',
      'No accepted reading of this instant stands in the charge.',
    );
  const before = timeline[at - 1];
  const after = timeline[at + 1];
  if (!before || !after || reading.quantityMicro === null || after.quantityMicro === null)
    throw new DomainError(
      'refused',
      'READING_NEEDED',
      'Only a reading between two others of its epoch can be left out.',
    );
  const row = { meterId: charge.meterId, epoch: after.epoch };
  await amendReadings(tx.client, [
    { ...row, tsMs: atMs, quantityMicro: null, quality: DISCARDED },
    { ...row, tsMs: after.tsMs, quantityMicro: after.quantityMicro + reading.quantityMicro, quality: 0 },
  ]);
  work.addToHour(charge.meterId, atMs, { quantityMicro: -reading.quantityMicro, readings: 0 });
  work.addToHour(charge.meterId, after.tsMs, { quantityMicro: reading.quantityMicro, readings: 0 });
  return { fromMs: before.tsMs, toMs: after.tsMs };
}

/**
 * Gives money back at the operator's expense; what was measured and its price stay.
 * @throws DomainError invalid (amount); conflict/GIVEN_BACK where a reversal or an earlier dispute left less than that paid;
 *   refused/SECOND_PERSON above what one person may give back in a day
 */
export async function giveBack(
  tx: Tx,
  ctx: EngineContext,
  { registry, accounts, charge, dispute, amountMicro, people }: Goodwill,
): Promise<DisputeOutcome> {
  if (amountMicro <= 0n) throw invalid('/remedy/amount', 'GOODWILL_AMOUNT', 'Give back more than nothing.');
  if (amountMicro > dispute.disputedMicro)
    throw invalid('/remedy/amount', 'GOODWILL_LIMIT', 'Give back at most what is contested.');
  const account = accounts.get(charge.accountId)!;
  account.requireMoney('no goodwill in money can be given; reverse the charge');
  if (amountMicro > (await stillPaid(tx.client, charge)))
    throw new DomainError(
      'conflict',
      'GIVEN_BACK',
      'So much of this charge is no longer paid: it was given back.',
      {
        field: '/remedy/amount',
      },
    );
  const now = ctx.clock.now();
  if (refundNeedsSecond(amountMicro, await goodwillSince(tx.client, charge.accountId, now - REFUND_DAY_MS)))
    await needSecondAboveLimit(tx, people);
  const campus = registry.campuses.get(dispute.campusId)!;
  const move = applyTopUp(account.credit, amountMicro, expenseAccount('goodwill'));
  const [txId] = await postLedger(tx, campus, accounts.book, [
    { key: `dispute:${dispute.id}`, kind: 'adjust', atMs: now, postings: move.postings },
  ]);
  account.setCredit(move.credit);
  account.rewritten = true;
  return {
    chargeId: null,
    amountMicro: charge.amountMicro.toString(),
    goodwillTxId: txId!.toString(),
    goodwillMicro: amountMicro.toString(),
  };
}
