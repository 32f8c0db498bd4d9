/** Whole tenths of a percent below 10 %, whole percents above, as percentages are printed. */
const SMALL_TENTHS = 100;

/**
 * Shares of a whole in tenths of a percent that add up to 1,000 the way they are printed: one decimal below 10 %, none
 * above. What rounding leaves over goes to the shares that it treated worst.
 *
 * @param values none negative; all zero gives zeros
 */
export function printedShares(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total <= 0) return values.map(() => 0);
  const exact = values.map((value) => (value / total) * 1_000);
  const small = indexes(exact, (tenths) => tenths < SMALL_TENTHS - 0.5);
  const large = indexes(exact, (tenths) => tenths >= SMALL_TENTHS - 0.5);
  const shares = values.map(() => 0);
  const smallSum = small.reduce((sum, index) => sum + exact[index]!, 0);
  // Without large shares the small ones are the whole; else what they leave must be whole percents.
  const smallTarget = large.length === 0 ? 1_000 : Math.round(smallSum / 10) * 10;
  spread(shares, exact, small, smallTarget, 1);
  spread(shares, exact, large, 1_000 - smallTarget, 10);
  return shares;
}

function indexes(values: readonly number[], wanted: (value: number) => boolean): number[] {
  return values.flatMap((value, index) => (wanted(value) ? index : []));
}

/** Largest remainders, in units of `unit` tenths. */
function spread(
  shares: number[],
  exact: readonly number[],
  chosen: readonly number[],
  target: number,
  unit: number,
): void {
  const sum = chosen.reduce((total, index) => total + exact[index]!, 0);
  if (sum <= 0) return;
  const wanted = chosen.map((index) => ({ index, units: (exact[index]! * (target / sum)) / unit }));
  for (const { index, units } of wanted) shares[index] = Math.floor(units) * unit;
  let left = Math.round(target / unit) - wanted.reduce((total, { units }) => total + Math.floor(units), 0);
  const byRemainder = [...wanted].sort((a, b) => (b.units % 1) - (a.units % 1));
  for (let at = 0; left > 0; left--, at = (at + 1) % byRemainder.length) {
    shares[byRemainder[at]!.index]! += unit;
  }
}
