import { MICRO } from '../units';
import type { AccrualState } from './ratedPiece';
import { rateInterval } from './rateSegment';
import type { TariffBook } from './tariffBook';

/** More units than any room uses in a lifetime: where the search for them ends. */
const UNITS_MAX_MICRO = 1_000_000n * MICRO;

/**
 * How many µ-units an amount (µ-currency) buys at today's prices: spread evenly over the local day of `nowMs`, tier by tier
 * from where the account stands. Rounded down; 0 for nothing or a debt, null where units cost nothing.
 */
export function unitsFor(
  book: TariffBook,
  accrual: AccrualState,
  nowMs: number,
  amountMicro: bigint,
): bigint | null {
  if (amountMicro <= 0n) return 0n;
  const day = book.zone.dayAt(nowMs);
  const fromMs = Math.max(day.startMs, book.startMs, accrual.periodStartMs);
  const costPico = (quantityMicro: bigint) =>
    rateInterval(
      book,
      accrual,
      { fromMs, toMs: day.endMs, quantityMicro },
      { intervalMs: day.endMs - fromMs },
    ).pieces.reduce((sum, piece) => sum + piece.numeratorPico, 0n);
  const budgetPico = amountMicro * MICRO + costPico(0n);
  if (costPico(UNITS_MAX_MICRO) <= budgetPico) return null;
  let affordable = 0n;
  let tooMuch = UNITS_MAX_MICRO;
  while (tooMuch - affordable > 1n) {
    const middle = (affordable + tooMuch) / 2n;
    if (costPico(middle) <= budgetPico) affordable = middle;
    else tooMuch = middle;
  }
  return affordable;
}

/** Units left in the tier that the next unit falls into, with the tier's number; null in the last one, which has no end. */
export function leftInTier(
  limitsMicro: readonly (bigint | null)[],
  accruedMicro: bigint,
): { tier: number; leftMicro: bigint } | null {
  for (const [at, limitMicro] of limitsMicro.entries()) {
    if (limitMicro === null) return null;
    if (accruedMicro < limitMicro) return { tier: at + 1, leftMicro: limitMicro - accruedMicro };
  }
  return null;
}
