import type { AccrualRow } from '../db/queries/streams';
import type { Utility } from '../domain/metering/reading';
import type { RateShare } from '../domain/metering/splitInterval';
import type { RatedPiece } from '../domain/tariffs/ratedPiece';
import { rateInterval } from '../domain/tariffs/rateSegment';
import type { TariffBook } from '../domain/tariffs/tariffBook';
import { cutByTier } from '../domain/tariffs/tiers';
import type { AccountWork } from './accountWork';
import type { MeterEntry, PointEntry, Registry } from './registry';

/** Use of one meter between two accepted readings. */
export interface MeterInterval {
  readonly epoch: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromMicro: bigint;
  readonly toMicro: bigint;
  readonly quantityMicro: bigint;
  readonly approved?: boolean;
  readonly rateRegisters?: { shares: readonly RateShare[]; lsbMicro: bigint };
}

/** The part of an interval that one account pays under one tariff. */
export interface PayerPart {
  readonly accountId: number;
  readonly book: TariffBook;
  /** Prices of what is exported; null: the tariff pays for none. */
  readonly exportBook: TariffBook | null;
  /** Since when the account is under this tariff. */
  readonly termsMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Who pays at a point, by whose tariff: spans in order of payers, made once per configuration since every reading asks. */
interface PointTerms {
  readonly registry: Registry;
  readonly utility: Utility;
  readonly spans: readonly PayerPart[];
}

const termsOfPoint = new WeakMap<PointEntry, PointTerms>();

function spansOf(registry: Registry, point: PointEntry, utility: Utility): readonly PayerPart[] {
  const known = termsOfPoint.get(point);
  if (known?.registry === registry && known.utility === utility) return known.spans;
  const spans: PayerPart[] = [];
  for (const { accountId, ...payer } of point.payers) {
    for (const span of registry.accounts.get(accountId)?.tariffs.get(utility) ?? []) {
      const tariff = registry.tariffs.get(span.tariffId);
      if (!tariff?.book) continue;
      const { book, exportBook } = tariff;
      const fromMs = Math.max(payer.fromMs, span.fromMs, book.startMs);
      const toMs = Math.min(payer.toMs ?? Number.POSITIVE_INFINITY, span.toMs ?? Number.POSITIVE_INFINITY);
      if (toMs > fromMs) spans.push({ accountId, book, exportBook, termsMs: span.fromMs, fromMs, toMs });
    }
  }
  termsOfPoint.set(point, { registry, utility, spans });
  return spans;
}

/** Who pays which part of (fromMs, toMs] at a point, by whose tariff. Time without payer or tariff yields no part. */
export function payerParts(
  registry: Registry,
  point: PointEntry,
  utility: Utility,
  fromMs: number,
  toMs: number,
): PayerPart[] {
  const parts: PayerPart[] = [];
  for (const span of spansOf(registry, point, utility)) {
    const from = Math.max(fromMs, span.fromMs);
    const to = Math.min(toMs, span.toMs);
    if (to > from) parts.push({ ...span, fromMs: from, toMs: to });
  }
  return parts;
}

/**
 * A payer's part, cut where an accrual period begins, and where the account has free units, a month: each piece counts towards
 * the tiers and free units of its own period.
 */
export function byAccrualPeriod(part: PayerPart, months = false): PayerPart[] {
  const { book, toMs } = part;
  let segment = book.at(part.fromMs);
  if (toMs <= segment.toMs) return [part];
  const periods: PayerPart[] = [];
  let fromMs = part.fromMs;
  while (segment.toMs < toMs) {
    const next = book.at(segment.toMs);
    const newMonth = months && book.zone.monthStart(next.fromMs) === next.fromMs;
    if (newMonth || next.accrualStartMs !== segment.accrualStartMs) {
      periods.push({ ...part, fromMs, toMs: next.fromMs });
      fromMs = next.fromMs;
    }
    segment = next;
  }
  periods.push({ ...part, fromMs });
  return periods;
}

/** The interval as one payer sees it: its own ends, with the registers interpolated there. */
export function partOf(interval: MeterInterval, part: { fromMs: number; toMs: number }): MeterInterval {
  if (part.fromMs === interval.fromMs && part.toMs === interval.toMs) return interval;
  const lengthMs = BigInt(interval.toMs - interval.fromMs);
  const usedBy = (ms: number) => (interval.quantityMicro * BigInt(ms - interval.fromMs)) / lengthMs;
  return {
    ...interval,
    fromMs: part.fromMs,
    toMs: part.toMs,
    fromMicro: interval.fromMicro + usedBy(part.fromMs),
    toMicro: part.toMs === interval.toMs ? interval.toMicro : interval.fromMicro + usedBy(part.toMs),
  };
}

/** Rated pieces of one payer's part, and what they mean for the tiers. */
export interface RatedPart {
  readonly pieces: readonly RatedPiece[];
  /** Accrual of the account just before a piece. */
  accruedBefore(piece: RatedPiece): bigint;
  /** Data of another meter of the account, newer than this part, must be rated again, from this instant on. */
  readonly replayFromMs: number | null;
}

/**
 * Rates one payer's part at the account's standing tier accrual and moves the accrual on. If the account already counted
 * newer use and a tier limit lies at stake, the order would change the price: then the caller must replay the period.
 */
export function ratePart(
  account: AccountWork,
  meter: MeterEntry,
  point: PointEntry,
  interval: MeterInterval,
  part: PayerPart,
): RatedPart {
  const utility = meter.utility;
  const { book } = part;
  const free = account.free(utility);
  const periods = byAccrualPeriod(part, free !== null);
  const rated: RatedPiece[] = [];
  const accruedAt = new Map<RatedPiece, bigint>();
  let replayFromMs: number | null = null;
  // One after the other: parts of one accrual period follow each other in its tiers. Tiers are shared in the order in which
  // parts end: what a part crosses or follows is told by its end, not by its pieces'.
  for (const period of periods) {
    const endMs = period.toMs;
    const { accrualStartMs } = book.at(period.fromMs);
    const whole = period.fromMs === interval.fromMs && endMs === interval.toMs;
    free?.begin(period, sharesTiers(account, point));
    const { pieces } = rateInterval(book, account.accrualState(utility, accrualStartMs), interval, {
      intervalMs: meter.intervalS * 1000,
      ...(whole ? {} : { part: { fromMs: period.fromMs, toMs: endMs } }),
      ...(interval.approved ? { approved: true } : {}),
      ...(free ? { free, breakAtMs: free.book.edgesWithin(interval.fromMs, interval.toMs) } : {}),
    });
    rated.push(...pieces);
    if (accrualStartMs === null) {
      for (const piece of pieces) accruedAt.set(piece, 0n);
      continue;
    }
    if (pieces.length === 0) continue;
    const row = account.accrual(utility, accrualStartMs);
    const outOfOrder = row.uptoMs > 0 && endMs <= row.uptoMs && sharesTiers(account, point);
    // Over the start of a period, use of several meters is shared by the ends of their parts, which only a replay sees.
    const overStart = periods.length > 1 && sharesTiers(account, point);
    for (const piece of pieces) {
      const before = row.quantityMicro;
      accruedAt.set(piece, before);
      const { version } = book.at(piece.fromMs);
      const limits = version.tierLimitsMicro;
      if (piece.advancesTier) row.quantityMicro = before + piece.quantityMicro;
      // Where other tiers come into force within a period, what stands now says nothing of the tiers before.
      if (
        piece.fromMs > accrualStartMs &&
        (piece.fromMs === version.validFromMs || piece.fromMs === part.termsMs)
      )
        row.crossedMs = Math.max(row.crossedMs, endMs);
      if (limits.length <= 1) continue;
      const crosses = tierAt(limits, before) !== tierAt(limits, row.quantityMicro);
      if (overStart || (outOfOrder && (crosses || row.crossedMs >= endMs)))
        replayFromMs = Math.min(replayFromMs ?? accrualStartMs, accrualStartMs);
      if (crosses) row.crossedMs = Math.max(row.crossedMs, endMs);
    }
    row.uptoMs = Math.max(row.uptoMs, endMs);
    account.dirtyAccruals.add(row);
  }
  if (free) {
    // Over the start of a month, use of several meters shares the free units of each by the ends of their parts.
    const overStart =
      periods.length > 1 && sharesTiers(account, point) ? book.zone.monthStart(part.fromMs) : null;
    const tiersMs = book.at(part.fromMs).accrualStartMs;
    for (const askedMs of [free.askedReplayMs(), overStart])
      if (askedMs !== null) replayFromMs = Math.min(replayFromMs ?? askedMs, tiersMs ?? askedMs, askedMs);
  }
  return {
    pieces: rated,
    accruedBefore: (piece) => accruedAt.get(piece) ?? 0n,
    replayFromMs,
  };
}

function sharesTiers(account: AccountWork, point: PointEntry): boolean {
  for (const stream of account.streams.values())
    if (stream.point.pointId !== point.pointId && stream.point.utility === point.utility) return true;
  return false;
}

/** The tier of the next unit at a standing accrual. */
export function tierAt(limits: readonly (bigint | null)[], accruedMicro: bigint): number {
  return cutByTier(limits, accruedMicro, 0n)[0]!.tier;
}

/** Key under which an accrual row of a utility is kept. */
export type AccrualUtility = AccrualRow['utility'];
