import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookOf, cst, flatTariff, micro, TARIFF_A, TARIFF_B } from './testing';
import { leftInTier, unitsFor } from './unitsFor';

const nowMs = cst('2025-09-10 21:04');
const none = { periodStartMs: 0, quantityMicro: 0n };
const september = (quantityMicro: bigint) => ({ periodStartMs: cst('2025-09-01 00:00'), quantityMicro });

describe('units that an amount buys', () => {
  it('is the amount over a single price, rounded down', () => {
    const book = bookOf([flatTariff('F', cst('2024-01-01 00:00'), 528_300n)]);
    expect(unitsFor(book, none, nowMs, micro('10.566'))).toBe(micro('20'));
    expect(unitsFor(book, none, nowMs, 1n)).toBe(1n);
    expect(unitsFor(book, none, nowMs, 0n)).toBe(0n);
    expect(unitsFor(book, none, nowMs, -5n)).toBe(0n);
  });

  it('weighs the periods of a day by their length', () => {
    // 8 h of peak, 8 h of valley and 8 h of flat make up the day of tariff A.
    const perUnit = (843_200n + 268_300n + 528_300n) / 3n;
    const units = unitsFor(bookOf([TARIFF_A]), none, nowMs, micro('10'))!;
    expect(Number(units) / 1e6).toBeCloseTo(10 / (Number(perUnit) / 1e6), 3);
  });

  it('goes on in the tier in which the account stands', () => {
    const book = bookOf([TARIFF_B]);
    // 2.5 units are left at 0.50, the rest costs 0.55.
    expect(unitsFor(book, september(micro('97.5')), nowMs, micro('3.3125'))).toBe(micro('6.25'));
    expect(leftInTier([micro('100'), micro('200'), null], micro('97.5'))).toEqual({
      tier: 1,
      leftMicro: micro('2.5'),
    });
    expect(leftInTier([micro('100'), micro('200'), null], micro('200'))).toBeNull();
    expect(leftInTier([null], 0n)).toBeNull();
  });

  it('never says more than the amount pays for, and never a unit less', () => {
    const book = bookOf([TARIFF_B]);
    fc.assert(
      fc.property(fc.bigInt(1n, micro('500')), fc.bigInt(0n, micro('300')), (amount, used) => {
        const units = unitsFor(book, september(used), nowMs, amount)!;
        const cost = (quantity: bigint) => {
          let [rest, at, pico] = [quantity, used, 0n];
          for (const [limit, price] of [
            [micro('100'), 500_000n],
            [micro('200'), 550_000n],
            [null, 800_000n],
          ] as const) {
            const room = limit === null ? rest : limit - at > 0n ? limit - at : 0n;
            const part = rest < room ? rest : room;
            pico += part * price;
            rest -= part;
            at += part;
          }
          return pico;
        };
        expect(cost(units) <= amount * 1_000_000n).toBe(true);
        expect(cost(units + 1n) > amount * 1_000_000n).toBe(true);
      }),
    );
  });

  it('is endless where a unit costs nothing', () => {
    expect(unitsFor(bookOf([flatTariff('0', cst('2024-01-01 00:00'), 0n)]), none, nowMs, 1n)).toBeNull();
  });
});
