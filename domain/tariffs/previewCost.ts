import { addPieces, microOfSums } from './pieceSums';
import type { FreeSource } from './ratedPiece';
import { freshAccrual, rateInterval } from './rateSegment';
import type { TariffBook } from './tariffBook';

/** Use of one point between two readings, as it was measured. */
export interface PreviewInterval {
  readonly pointCode: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly quantityMicro: bigint;
  readonly intervalMs: number;
}

/** What a stretch of use costs under one book, by the rules that charge it. */
export interface PreviewCost {
  /** The customer's, µ. */
  readonly amountMicro: bigint;
  /** Paid by funds, µ. */
  readonly fundMicro: bigint;
  readonly quantityMicro: bigint;
  /** Units by `{period} {tier}`, µ. */
  readonly byPeriod: ReadonlyMap<string, bigint>;
}

/**
 * Costs measured use from a month's first instant on, as it would be charged: tiers and free units begin anew, points share
 * them in the order of time, and each point's sums are rounded down once.
 */
export function previewCost(
  book: TariffBook,
  intervals: readonly PreviewInterval[],
  span: { readonly fromMs: number; readonly toMs: number },
  free: FreeSource | null,
): PreviewCost {
  const sums = new Map<string, Map<string, bigint>>();
  const byPeriod = new Map<string, bigint>();
  let quantityMicro = 0n;
  let accrual = freshAccrual(book, span.fromMs);
  for (const interval of [...intervals].sort(inOrder)) {
    const fromMs = Math.max(interval.fromMs, span.fromMs);
    const toMs = Math.min(interval.toMs, span.toMs);
    if (toMs <= fromMs) continue;
    const whole = fromMs === interval.fromMs && toMs === interval.toMs;
    const rated = rateInterval(book, accrual, interval, {
      intervalMs: interval.intervalMs,
      ...(whole ? {} : { part: { fromMs, toMs } }),
      ...(free ? { free } : {}),
    });
    accrual = rated.accrual;
    const own = sums.get(interval.pointCode) ?? new Map<string, bigint>();
    sums.set(interval.pointCode, own);
    for (const piece of rated.pieces) {
      quantityMicro += piece.quantityMicro;
      const period = `${piece.period} ${piece.tier}`;
      byPeriod.set(period, (byPeriod.get(period) ?? 0n) + piece.quantityMicro);
    }
    addPieces(own, rated.pieces);
  }
  let amountMicro = 0n;
  let fundMicro = 0n;
  for (const own of sums.values()) {
    const ofPoint = microOfSums(own);
    amountMicro += ofPoint.customerMicro;
    fundMicro += ofPoint.fundMicro;
  }
  return { amountMicro, fundMicro, quantityMicro, byPeriod };
}

function inOrder(a: PreviewInterval, b: PreviewInterval): number {
  return a.toMs - b.toMs || (a.pointCode < b.pointCode ? -1 : a.pointCode > b.pointCode ? 1 : 0);
}
