import type { Tx } from '../db/client';
import { lastUseMs, usualCharges } from '../db/queries/usualCharges';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import {
  type BalanceAnomalyParams,
  balanceAnomalyParams,
  isAfterGap,
  isBalanceAnomaly,
  type UsualCharges,
} from '../domain/detection/balanceAnomaly';
import type { RegisterReading } from '../domain/metering/reading';
import { awaitsStaff, holdForStaff } from '../domain/metering/register';
import type { ChargeableInterval, RegisterState, RegisterVerdict } from '../domain/metering/registerVerdict';
import type { FreeUnits } from '../domain/tariffs/freeUnits';
import { addPieces, microOfSums } from '../domain/tariffs/pieceSums';
import type { RatedPiece } from '../domain/tariffs/ratedPiece';
import { rateInterval } from '../domain/tariffs/rateSegment';
import { isMainKey } from '../domain/tariffs/surcharge';
import { MICRO } from '../domain/units';
import { type AccountWork, POST_AT_ONCE_BELOW_MICRO } from './accountWork';
import { keepRuleState, subjectAt } from './detect';
import type { IngestWork, WatchedMeter } from './ingestWork';
import type { OpenAccounts } from './openAccounts';
import { WINDOW_MS } from './openWindow';
import { byAccrualPeriod, type PayerPart, payerParts } from './rateMeter';
import { type MeterEntry, type PointEntry, specOf } from './registry';
import { settingsOf } from './streamRules';

const RULE: AlarmRuleCode = 'BALANCE_ANOMALY';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A glitch or a short overload is over by then. */
const OUTPACED_MS = HOUR_MS;
const SINCE_MS = 90 * DAY_MS;

/** What the guard keeps with a meter: since when a charge is held, or what the account was usually charged a while ago. */
interface GuardState {
  readonly heldSinceMs?: number;
  readonly usual?: { readonly accountId: number; readonly count: number; readonly p99: string };
  readonly asOfMs?: number;
  /** A person has looked at it: until then nothing is held again, so that use that has grown becomes the usual one. */
  readonly trustedUntilMs?: number;
  /** Use of an account that is charged at each reading, since its credit is low: what its quarter hour came to so far, pCNY. */
  readonly quarter?: { readonly accountId: number; readonly endMs: number; readonly pico: string };
}

const stateOf = ({ state }: Pick<WatchedMeter, 'state'>): GuardState =>
  (state.detection?.[RULE] as GuardState | undefined) ?? {};

/** Whether what is held of a meter is held for its charge, not for a jump of its register. */
export const isChargeHeld = (watched: Pick<WatchedMeter, 'state'>): boolean =>
  stateOf(watched).heldSinceMs !== undefined;

/** Whether a reading comes late, among those that are held for their charge. */
export const comesAmongHeld = (watched: WatchedMeter, atMs: number): boolean =>
  isChargeHeld(watched) && atMs < (watched.register?.highHold?.last.tsMs ?? atMs);

/** Whether a reading must be looked at before it is charged: nearly none, and this is asked of every one. */
export function isChargeAtStake(
  work: IngestWork,
  accounts: OpenAccounts,
  { meter, register }: WatchedMeter,
  point: PointEntry,
  { outcome, intervals }: RegisterVerdict,
): boolean {
  const interval = intervals[0];
  if (!work.live || outcome !== 'ACCEPTED' || !interval || !register || interval.quantityMicro === 0n)
    return false;
  const { fromMs, toMs } = interval;
  // What grew while it was held is no gap.
  if (!awaitsStaff(register) && isAfterGap(fromMs, toMs, meter.intervalS * 1_000)) return false;
  let params: BalanceAnomalyParams | null = null;
  for (const part of payerParts(work.registry, point, meter.utility, fromMs, toMs)) {
    const account = accounts.get(part.accountId);
    if (!account) continue;
    params ??= balanceAnomalyParams(settingsOf(work.registry, point, RULE));
    if (isChargedAtOnce(account) || !isSmall(interval, part, windowPico(account, meter, point, part), params))
      return true;
  }
  return false;
}

/**
 * Looks at what a reading would be charged before it is: a charge far beyond the account's usual ones is held, with all readings
 * after it, and told as an alarm; a person releases it (`releaseHeldCharge`). Asked only where a charge is at stake.
 * @returns the verdict to go by, the register's own or the hold
 */
export async function guardCharge(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  watched: WatchedMeter,
  point: PointEntry,
  reading: RegisterReading,
  verdict: RegisterVerdict,
): Promise<RegisterVerdict> {
  const { meter, register } = watched;
  const interval = verdict.intervals[0]!;
  if ((stateOf(watched).trustedUntilMs ?? 0) >= reading.tsMs) return verdict;
  const params = balanceAnomalyParams(settingsOf(work.registry, point, RULE));
  const taken: PartsTaken = new Map();
  for (const part of payerParts(work.registry, point, meter.utility, interval.fromMs, interval.toMs)) {
    const account = accounts.get(part.accountId);
    if (!account) continue;
    const atOnce = isChargedAtOnce(account);
    const beforePico = atOnce ? quarterPico(watched, account, part) : windowPico(account, meter, point, part);
    const pico = beforePico + pricePico(account, meter, interval, part, taken);
    const chargeMicro = pico / MICRO;
    const usual = chargeMicro <= params.leastMicro ? null : await usualOf(tx, watched, account, part);
    if (usual && isBalanceAnomaly(chargeMicro, usual, params)) {
      if (!awaitsStaff(register!) && (await stoodStill(tx, watched, interval))) return verdict;
      if (!isChargeHeld(watched))
        raise(work, watched, point, reading.tsMs, unusualness(chargeMicro, usual, reading.tsMs));
      return holdForStaff(register!, reading);
    }
    if (atOnce) keepQuarter(watched, account, part, pico);
  }
  return verdict;
}

/** A register that stood still and catches up is a gap as much as silence is: its readings of nothing were no measurements. */
async function stoodStill(
  tx: Tx,
  { meter, fresh }: WatchedMeter,
  { fromMs, toMs }: ChargeableInterval,
): Promise<boolean> {
  let lastMs: number | null = null;
  for (const { tsMs, quantityMicro } of fresh.values())
    if (tsMs <= fromMs && (quantityMicro ?? 0n) > 0n) lastMs = Math.max(lastMs ?? 0, tsMs);
  lastMs ??= await lastUseMs(tx.client, meter.meterId, fromMs - SINCE_MS, fromMs);
  return lastMs === null || isAfterGap(lastMs, toMs, meter.intervalS * 1_000);
}

const isChargedAtOnce = (account: AccountWork): boolean => account.available() < POST_AT_ONCE_BELOW_MICRO;

/**
 * Three readings agree on a level that the meter can't have reached, or it has counted beyond its rating for an hour, each reading above
 * the last: as with a charge, a person decides (domain rule 3.1, 4), where somebody pays for it.
 * @param before the register before its newest reading
 */
export function askAboutJump(
  work: IngestWork,
  watched: WatchedMeter,
  point: PointEntry,
  atMs: number,
  before: RegisterState | null,
): void {
  const { meter, register } = watched;
  if (!work.live || !register?.highHold || isChargeHeld(watched)) return;
  const outpaced = outpacesRating(register, before, atMs);
  if (!awaitsStaff(register) && !outpaced) return;
  const { first } = register.highHold;
  if (payerParts(work.registry, point, meter.utility, register.lastMs, first.tsMs).length === 0) return;
  raise(
    work,
    watched,
    point,
    atMs,
    outpaced
      ? { since: register.lastMs, mostPerHour: Number(specOf(meter).capMicroPerHour) / 1e6 }
      : { since: first.tsMs },
  );
}

/** Readings that climb beyond the rating agree with none before, so that nobody would ever be asked: a rating that is too small. */
function outpacesRating(
  { highHold, lastMs }: RegisterState,
  before: RegisterState | null,
  atMs: number,
): boolean {
  const earlier = before?.highHold;
  return (
    highHold?.count === 1 &&
    earlier?.charge === false &&
    earlier.last.tsMs < highHold.first.tsMs &&
    earlier.last.valueMicro < highHold.first.valueMicro &&
    before?.lastMs === lastMs &&
    atMs - lastMs >= OUTPACED_MS
  );
}

/** The exchange of its meter ended the hold, with its alarm. */
export const forgetHeld = (watched: WatchedMeter): void => keepRuleState(watched, RULE, undefined);

/** What a person decided about a held charge, and what they found. A release is trusted for a day, a rejection is not. */
export interface HeldDecision {
  readonly kind: 'RELEASED' | 'REJECTED';
  readonly actor: string;
  readonly note: string;
}

/** The hold is over, whoever ended it: its alarm returns. */
export function endHeldCharge(
  work: IngestWork,
  watched: WatchedMeter,
  point: PointEntry,
  atMs: number,
  decided?: HeldDecision,
): void {
  if (!isChargeHeld(watched) || (!decided && watched.register?.highHold)) return;
  const trust: GuardState | undefined =
    decided?.kind === 'RELEASED' ? { trustedUntilMs: atMs + DAY_MS } : undefined;
  keepRuleState(watched, RULE, trust);
  work.signals.push({
    rule: RULE,
    subject: subjectAt(point),
    kind: 'RETURN',
    atMs,
    ...(decided && {
      actor: decided.actor,
      evidence: { note: decided.note, ...(decided.kind === 'REJECTED' ? { decision: decided.kind } : {}) },
    }),
  });
}

/** Within one price an upper bound tells what needs no closer look. */
function isSmall(
  { quantityMicro, fromMs, toMs }: ChargeableInterval,
  { book }: PayerPart,
  beforePico: bigint,
  { leastMicro }: BalanceAnomalyParams,
): boolean {
  const segment = book.at(fromMs);
  if (toMs > segment.toMs) return false;
  let most = 0n;
  for (const price of segment.pricesMicro) if (price > most) most = price;
  return quantityMicro * most + beforePico <= leastMicro * MICRO;
}

/** What the customer owes so far in the window that the reading goes into, pCNY; 0 where it begins one. */
function windowPico(account: AccountWork, meter: MeterEntry, point: PointEntry, part: PayerPart): bigint {
  const window = account.stream(point.pointId, meter.billingChannel)?.window;
  let sum = 0n;
  if (window?.toMs === part.fromMs)
    for (const { payer, quantityMicro, priceMicro } of window.pieces)
      if (isMainKey(payer)) sum += quantityMicro * priceMicro;
  return sum;
}

const quarterEnd = ({ toMs }: PayerPart): number => Math.ceil(toMs / WINDOW_MS) * WINDOW_MS;

/** The same of an account whose windows are posted at each reading. */
function quarterPico(watched: WatchedMeter, { row }: AccountWork, part: PayerPart): bigint {
  const { quarter } = stateOf(watched);
  return quarter?.accountId === row.id && quarter.endMs === quarterEnd(part) ? BigInt(quarter.pico) : 0n;
}

function keepQuarter(watched: WatchedMeter, { row }: AccountWork, part: PayerPart, pico: bigint): void {
  const quarter = { accountId: row.id, endMs: quarterEnd(part), pico: pico.toString() };
  keepRuleState(watched, RULE, { ...stateOf(watched), quarter } satisfies GuardState);
}

/**
 * What the parts of one interval took of an account's free units and tiers so far: two parts of one account, as where another tariff holds
 * from within it, follow each other in both. By account.
 */
export type PartsTaken = Map<
  number,
  { readonly free: FreeUnits | null; readonly usedMicro: Map<number, bigint> }
>;

/** What the interval comes to by its prices, pCNY, without what is free; surcharges aside. */
function pricePico(
  account: AccountWork,
  meter: MeterEntry,
  interval: ChargeableInterval,
  part: PayerPart,
  taken: PartsTaken,
): bigint {
  let sum = 0n;
  for (const { payer, numeratorPico } of piecesOf(account, meter, interval, part, taken))
    if (isMainKey(payer)) sum += numeratorPico;
  return sum;
}

/** What the interval would cost the customer, µ-currency, with surcharges and without what is free. */
export function costMicro(
  account: AccountWork,
  meter: MeterEntry,
  interval: ChargeableInterval,
  part: PayerPart,
  taken: PartsTaken,
): bigint {
  const sums = new Map<string, bigint>();
  addPieces(sums, piecesOf(account, meter, interval, part, taken));
  return microOfSums(sums).customerMicro;
}

/** The pieces that rating the part would make now (`ratePart`), with nothing of the account moved on. */
function piecesOf(
  account: AccountWork,
  meter: MeterEntry,
  interval: ChargeableInterval,
  part: PayerPart,
  taken: PartsTaken,
): readonly RatedPiece[] {
  const { utility } = meter;
  const { free, usedMicro } = taken.get(account.row.id) ?? {
    free: account.free(utility)?.copy() ?? null,
    usedMicro: new Map<number, bigint>(),
  };
  taken.set(account.row.id, { free, usedMicro });
  return byAccrualPeriod(part, free !== null).flatMap((period) => {
    const { accrualStartMs } = part.book.at(period.fromMs);
    const before = account.accrualState(utility, accrualStartMs);
    const takenMicro = accrualStartMs === null ? 0n : (usedMicro.get(accrualStartMs) ?? 0n);
    const accrual = { ...before, quantityMicro: before.quantityMicro + takenMicro };
    const whole = period.fromMs === interval.fromMs && period.toMs === interval.toMs;
    free?.begin(period, false);
    const { pieces } = rateInterval(part.book, accrual, interval, {
      intervalMs: meter.intervalS * 1_000,
      ...(whole ? {} : { part: { fromMs: period.fromMs, toMs: period.toMs } }),
      ...(free ? { free, breakAtMs: free.book.edgesWithin(interval.fromMs, interval.toMs) } : {}),
    });
    const countedMicro = pieces.reduce((sum, one) => (one.advancesTier ? sum + one.quantityMicro : sum), 0n);
    if (accrualStartMs !== null) usedMicro.set(accrualStartMs, takenMicro + countedMicro);
    return pieces;
  });
}

/**
 * The account's usual charges, those of this batch among them, so that how readings are cut into batches holds nothing and lets nothing
 * through; looked up once an hour for a meter that uses much.
 */
async function usualOf(
  tx: Tx,
  watched: WatchedMeter,
  { row, closed }: AccountWork,
  part: PayerPart,
): Promise<UsualCharges> {
  // What is charged at each reading must not make its own quarter hour look usual.
  const atMs = quarterEnd(part) - WINDOW_MS;
  const state = stateOf(watched);
  const { usual: known, asOfMs } = state;
  if (known?.accountId === row.id && asOfMs !== undefined && atMs - asOfMs < HOUR_MS)
    return { count: known.count, p99Micro: BigInt(known.p99) };
  const toStore = closed.flatMap(({ charge }) => charge ?? []);
  const usual = await usualCharges(tx.client, row.id, atMs - SINCE_MS, atMs, toStore);
  keepRuleState(watched, RULE, {
    ...state,
    usual: { accountId: row.id, count: usual.count, p99: usual.p99Micro.toString() },
    asOfMs: atMs,
  } satisfies GuardState);
  return usual;
}

/** What is told is a proportion: how much money it is, only those see who may. */
function unusualness(
  chargeMicro: bigint,
  { count, p99Micro }: UsualCharges,
  since: number,
): Record<string, number> {
  const told = { since, charges: count };
  return p99Micro > 0n ? { ...told, timesUsual: Number(chargeMicro) / Number(p99Micro) } : told;
}

function raise(
  work: IngestWork,
  watched: WatchedMeter,
  point: PointEntry,
  atMs: number,
  found: Readonly<Record<string, number>>,
): void {
  keepRuleState(watched, RULE, { ...stateOf(watched), heldSinceMs: atMs } satisfies GuardState);
  work.signals.push({
    rule: RULE,
    subject: subjectAt(point),
    kind: 'RAISE',
    atMs,
    evidence: {
      meter: watched.meter.code,
      point: point.pointCode,
      at: atMs,
      ...found,
    },
  });
}
