import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookOf, cst, TARIFF_B } from '../tariffs/testing';
import { saleLines, sellUnits } from '../tariffs/unitSale';
import { planRefund } from './refundPlan';
import { type RefundableSale, refundableOfSales, unitsTakenBack } from './unitRefund';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;
const NOON = cst('2025-09-10 12:00');

/** Sales one after another, tiers counted on. */
function salesOf(amountsMicro: readonly bigint[]): { sales: RefundableSale[]; soldMicro: bigint } {
  let soldMicro = 0n;
  const sales = amountsMicro.map((amountMicro, at): RefundableSale => {
    const sale = sellUnits(bookOf([TARIFF_B]), soldMicro, NOON, amountMicro);
    soldMicro += sale.quantityMicro;
    const unitLines = saleLines(sale);
    return {
      ...{
        id: `p${at}`,
        channel: 'counter',
        amountMicro,
        refundedMicro: 0n,
        paidMs: NOON + at,
        ordered: false,
      },
      unitLines,
    };
  });
  return { sales, soldMicro };
}

describe('a refund of units', () => {
  it('gives the money of unused units back, newest sale first, at the price that they were sold for', () => {
    // 80 kWh at 0.50, then 20 at 0.50 and 60 at 0.55.
    const { sales } = salesOf([40_000_000n, 43_000_000n]);
    const money = refundableOfSales(90_000_000n, sales);
    expect(money.cashMicro).toBe(43_000_000n + 5_000_000n);
    const plan = planRefund(money.cashMicro, money.payments, null, NOON);
    expect(plan.map(({ paymentId, amountMicro }) => [paymentId, amountMicro])).toEqual([
      ['p1', 43_000_000n],
      ['p0', 5_000_000n],
    ]);
    expect(plan.map((part) => unitsTakenBack(sales.find(({ id }) => id === part.paymentId)!, part))).toEqual([
      80_000_000n,
      10_000_000n,
    ]);
  });

  it('never takes more units than are left, nor leaves units worth a whole fen that were paid for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 5 }),
        fc.bigInt({ min: 0n, max: 1_000_000n }),
        (fens, share) => {
          const { sales, soldMicro } = salesOf(fens.map((fen) => BigInt(fen) * 10_000n));
          const leftMicro = (soldMicro * share) / 1_000_000n;
          const money = refundableOfSales(leftMicro, sales);
          const plan = planRefund(money.cashMicro, money.payments, null, NOON);
          const taken = plan.reduce(
            (sum, part) => sum + unitsTakenBack(sales.find(({ id }) => id === part.paymentId)!, part),
            0n,
          );
          expect(taken).toBeLessThanOrEqual(leftMicro);
          // At 0.50 to 0.80 a fen is at most 0.02 kWh; at most one fen of each sale is broken.
          expect(leftMicro - taken).toBeLessThanOrEqual(20_000n * BigInt(sales.length) + 1n);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
