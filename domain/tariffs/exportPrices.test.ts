import { describe, expect, it } from 'vitest';
import { paysExportsAlike } from './exportPrices';
import { flatTariff } from './testing';

const flat = flatTariff('F', 0, 500_000n);
const paying = (price: bigint) => ({ ...flat, exportPricesMicro: { ALL: price } });

describe('what two versions pay for exports', () => {
  it('is alike where prices and periods are, or neither pays anything', () => {
    expect(paysExportsAlike(flat, paying(0n))).toBe(true);
    expect(paysExportsAlike(undefined, flat)).toBe(true);
    expect(paysExportsAlike(flat, { ...flat, periods: {} })).toBe(true);
    expect(paysExportsAlike(paying(350_000n), paying(350_000n))).toBe(true);
    // As they come back from a store that orders fields its own way.
    const stored = Object.entries(flat.periods).map(([day, spans]) => [
      day,
      spans.map(({ startMinute, endMinute, period }) => ({ period, endMinute, startMinute })),
    ]);
    const again = { ...paying(350_000n), periods: Object.fromEntries(stored) as typeof flat.periods };
    expect(paysExportsAlike(paying(350_000n), again)).toBe(true);
  });

  it('differs by a price, by an end of paying, and by the periods in which it is paid', () => {
    expect(paysExportsAlike(paying(350_000n), paying(350_001n))).toBe(false);
    expect(paysExportsAlike(paying(350_000n), flat)).toBe(false);
    expect(paysExportsAlike(undefined, paying(1n))).toBe(false);
    expect(paysExportsAlike(paying(350_000n), { ...paying(350_000n), periods: {} })).toBe(false);
  });
});
