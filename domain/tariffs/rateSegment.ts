import { DomainError } from '../errors';
import { type RateShare, reconcileRateShares, splitByWeight, splitLinear } from '../metering/splitInterval';
import { chargeGroups } from './chargeLines';
import type { AccrualState, FreePart, FreeSource, RatedPiece } from './ratedPiece';
import type { BookSegment, TariffBook } from './tariffBook';
import { cutByTier, type TierPart } from './tiers';

/** A quantity (≥ 0) used in (fromMs, toMs]; times are whole milliseconds. */
export interface RatableInterval {
  fromMs: number;
  toMs: number;
  quantityMicro: bigint;
  /** Advance of the meter's rate registers over the same readings, t1 to t4, with one LSB of theirs in µ. */
  rateRegisters?: { shares: readonly RateShare[]; lsbMicro: bigint };
}

export interface RateOptions {
  /** The meter's reporting interval, ms. */
  intervalMs: number;
  /** Instants of an account or occupancy change: charges break there. */
  breakAtMs?: readonly number[];
  /**
   * Return only what was used in (fromMs, toMs]. The split is still that of the whole interval, so that the parts of two
   * accounts, each rated with its own accrual, sum exactly to it.
   */
  part?: { fromMs: number; toMs: number };
  /** Set for a quantity that a person approved: every piece is marked estimated. */
  approved?: boolean;
  /** Free units of the account; absent: it has none. */
  free?: FreeSource;
}

export interface RatedInterval {
  /** In time order; at least one unless `part` lies outside the interval. */
  pieces: RatedPiece[];
  accrual: AccrualState;
}

const GAP_MS = 7_200_000;

/** Nothing used yet in the accrual period in force just after `tsMs`. */
export function freshAccrual(book: TariffBook, tsMs: number): AccrualState {
  return { periodStartMs: book.at(tsMs).accrualStartMs ?? 0, quantityMicro: 0n };
}

/**
 * Rates an interval: time is split at tariff edges, campus midnights and account changes, then each stretch goes through
 * the order quantity subsidy, tier, price matrix, surcharges. `accrual` is the account's use of this utility up to the
 * interval; the one returned includes it, and starts again at 0 where an accrual period begins.
 * @throws DomainError `refused` `NO_TARIFF` before the tariff begins, `ACCRUAL_AHEAD` if `accrual` belongs to a later
 * period than the interval; RangeError if the interval is empty.
 */
export function rateInterval(
  book: TariffBook,
  accrual: AccrualState,
  interval: RatableInterval,
  options: RateOptions,
): RatedInterval {
  const { fromMs, toMs, quantityMicro } = interval;
  if (toMs <= fromMs) throw new RangeError('An interval must end after it begins');
  const first = book.at(fromMs);
  const plain = !options.breakAtMs?.length && !options.part && !interval.rateRegisters;
  if (plain && toMs <= first.toMs) {
    const whole: Stretch = { fromMs, toMs, segment: first, breakBefore: breaksAt(first, fromMs) };
    return rateStretches(
      [whole],
      [[{ period: first.period, quantityMicro }]],
      accrual,
      options.approved ?? false,
      options.free,
    );
  }
  const breaks = breaksOf(interval, options);
  const stretches = stretchesOf(book, interval, breaks);
  const measured = interval.rateRegisters ? measuredLoads(stretches, interval, interval.rateRegisters) : null;
  const estimated =
    (options.approved ?? false) ||
    isEstimated(stretches, interval, options.intervalMs, breaks, measured !== null);
  const loads = measured ?? linearLoads(stretches, interval);
  const { part } = options;
  const inPart = (stretch: Stretch) => !part || (stretch.fromMs >= part.fromMs && stretch.toMs <= part.toMs);
  const rated = rateStretches(
    stretches.filter(inPart),
    loads.filter((_, i) => inPart(stretches[i]!)),
    accrual,
    estimated,
    options.free,
  );
  return measured ? { ...rated, pieces: gatherMeasured(rated.pieces) } : rated;
}

/** A stretch of the interval inside one book segment. */
interface Stretch {
  fromMs: number;
  toMs: number;
  segment: BookSegment;
  breakBefore: boolean;
}

/** A quantity priced by a period; with rate registers a stretch may hold several. */
type Load = RateShare;

function breaksAt(segment: BookSegment, tsMs: number): boolean {
  return segment.breaksAtStart && segment.fromMs === tsMs;
}

/** Account and occupancy changes, among them the inner ends of the part asked for. */
function breaksOf(interval: RatableInterval, options: RateOptions): ReadonlySet<number> {
  const breaks = new Set(options.breakAtMs);
  const { part } = options;
  if (part && part.fromMs > interval.fromMs) breaks.add(part.fromMs);
  if (part && part.toMs < interval.toMs) breaks.add(part.toMs);
  return breaks;
}

function stretchesOf(book: TariffBook, interval: RatableInterval, breaks: ReadonlySet<number>): Stretch[] {
  const cutsMs = [...breaks].filter((ms) => ms > interval.fromMs && ms < interval.toMs).sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  let atMs = interval.fromMs;
  let nextCut = 0;
  while (atMs < interval.toMs) {
    const segment = book.at(atMs);
    while (nextCut < cutsMs.length && cutsMs[nextCut]! <= atMs) nextCut++;
    const toMs = Math.min(segment.toMs, interval.toMs, cutsMs[nextCut] ?? interval.toMs);
    stretches.push({ fromMs: atMs, toMs, segment, breakBefore: breaksAt(segment, atMs) || breaks.has(atMs) });
    atMs = toMs;
  }
  return stretches;
}

function linearLoads(stretches: readonly Stretch[], interval: RatableInterval): Load[][] {
  const edgesMs = stretches.slice(1).map((stretch) => stretch.fromMs);
  const parts = splitLinear(interval.quantityMicro, interval.fromMs, interval.toMs, edgesMs);
  return parts.map((quantityMicro, i) => [{ period: stretches[i]!.segment.period, quantityMicro }]);
}

/**
 * Each register's share goes to the stretches of its period in proportion to their length; a share whose period never
 * occurs in the interval (the meter's clock is a little off) is spread over the whole of it, at its own period's price.
 */
function measuredLoads(
  stretches: readonly Stretch[],
  interval: RatableInterval,
  registers: { shares: readonly RateShare[]; lsbMicro: bigint },
): Load[][] | null {
  const shares = reconcileRateShares(interval.quantityMicro, registers.shares, registers.lsbMicro);
  if (!shares) return null;
  const loads: Load[][] = stretches.map(() => []);
  for (const share of shares) {
    if (share.quantityMicro === 0n) continue;
    const own = stretches.map((s) => (s.segment.period === share.period ? s.toMs - s.fromMs : 0));
    const weightsMs = own.some((ms) => ms > 0) ? own : stretches.map((s) => s.toMs - s.fromMs);
    const priced = stretches.every(
      (s, i) => weightsMs[i] === 0 || s.segment.version.pricesMicro[0]![share.period] !== undefined,
    );
    if (!priced) return null;
    splitByWeight(share.quantityMicro, weightsMs).forEach((quantityMicro, i) => {
      if (quantityMicro > 0n) loads[i]!.push({ period: share.period, quantityMicro });
    });
  }
  stretches.forEach((stretch, i) => {
    if (loads[i]!.length === 0) loads[i]!.push({ period: stretch.segment.period, quantityMicro: 0n });
  });
  return loads;
}

/**
 * A register says how much, not when: within a charge its quantity stands as one piece per tier over the charge's whole
 * span, in the order in which tiers and periods first occur.
 */
function gatherMeasured(pieces: readonly RatedPiece[]): RatedPiece[] {
  return chargeGroups(pieces).flatMap((group) => {
    const gathered: RatedPiece[] = [];
    const { fromMs, breakBefore } = group[0]!;
    const { toMs } = group[group.length - 1]!;
    for (const piece of group) {
      const same = gathered.find((known) => known.tier === piece.tier && known.period === piece.period);
      if (same) {
        same.quantityMicro += piece.quantityMicro;
        same.numeratorPico += piece.numeratorPico;
        same.beginsDay ||= piece.beginsDay;
      } else gathered.push({ ...piece, fromMs, toMs, breakBefore: false });
    }
    gathered[0]!.breakBefore = breakBefore;
    return gathered;
  });
}

/** A gap of more than max(2 h, 2 reporting intervals) across a price or occupancy edge. A measured split knows its periods. */
function isEstimated(
  stretches: readonly Stretch[],
  interval: RatableInterval,
  intervalMs: number,
  breaks: ReadonlySet<number>,
  measured: boolean,
): boolean {
  if (interval.toMs - interval.fromMs <= Math.max(GAP_MS, 2 * intervalMs)) return false;
  return stretches.some((stretch, i) => {
    const before = stretches[i - 1];
    if (!before) return false;
    const from = before.segment;
    const to = stretch.segment;
    if (from.version !== to.version || from.accrualStartMs !== to.accrualStartMs) return true;
    return (!measured && from.period !== to.period) || breaks.has(stretch.fromMs);
  });
}

function rateStretches(
  stretches: readonly Stretch[],
  loads: readonly (readonly Load[])[],
  before: AccrualState,
  estimated: boolean,
  free: FreeSource | undefined,
): RatedInterval {
  const pieces: RatedPiece[] = [];
  let accrual = before;
  stretches.forEach((stretch, i) => {
    const { segment } = stretch;
    const { version, accrualStartMs, surcharges } = segment;
    accrual = accrualIn(accrual, accrualStartMs);
    let breakBefore = stretch.breakBefore;
    let beginsDay = surcharges !== null && segment.beginsDay && segment.fromMs === stretch.fromMs;
    const freeBefore = free ? free.left(stretch.fromMs) : null;
    for (const load of loads[i]!) {
      for (const part of payersOf(stretch, load, free)) {
        for (const { tier, quantityMicro } of tiersOf(version.tierLimitsMicro, accrual.quantityMicro, part)) {
          const priceMicro = priceOf(segment, tier, load.period);
          pieces.push({
            fromMs: stretch.fromMs,
            toMs: stretch.toMs,
            tariffVersion: version.code,
            period: load.period,
            tier,
            payer: part.payer,
            quantityMicro,
            priceMicro,
            numeratorPico: quantityMicro * priceMicro,
            estimated,
            breakBefore,
            advancesTier: part.advancesTier,
            surcharges,
            beginsDay,
            freeBefore,
          });
          breakBefore = false;
          beginsDay = false;
        }
        if (accrualStartMs !== null && part.quantityMicro !== 0n && part.advancesTier) {
          accrual = {
            periodStartMs: accrual.periodStartMs,
            quantityMicro: accrual.quantityMicro + part.quantityMicro,
          };
        }
      }
    }
  });
  return { pieces, accrual };
}

/** Who pays for a load: free units first, the customer for the rest. */
function payersOf(stretch: Stretch, load: Load, free: FreeSource | undefined): readonly FreePart[] {
  if (free && load.quantityMicro > 0n) return free.take(stretch.fromMs, stretch.toMs, load.quantityMicro);
  return [{ payer: 'CUSTOMER', quantityMicro: load.quantityMicro, advancesTier: true }];
}

/** Units that don't count towards the tiers all stand where the next one that counts would. */
function tiersOf(limitsMicro: readonly (bigint | null)[], accruedMicro: bigint, part: FreePart): TierPart[] {
  if (part.advancesTier) return cutByTier(limitsMicro, accruedMicro, part.quantityMicro);
  const [next] = cutByTier(limitsMicro, accruedMicro, 0n);
  return [{ tier: next!.tier, quantityMicro: part.quantityMicro }];
}

function priceOf(segment: BookSegment, tier: number, period: string): bigint {
  if (period === segment.period) return segment.pricesMicro[tier - 1]!;
  return segment.version.pricesMicro[tier - 1]![period]!;
}

function accrualIn(accrual: AccrualState, startMs: number | null): AccrualState {
  if (startMs === null || startMs === accrual.periodStartMs) return accrual;
  if (startMs < accrual.periodStartMs) {
    const message = 'The accrued quantity belongs to a later period than the interval to be rated.';
    throw new DomainError('refused', 'ACCRUAL_AHEAD', message);
  }
  return { periodStartMs: startMs, quantityMicro: 0n };
}
