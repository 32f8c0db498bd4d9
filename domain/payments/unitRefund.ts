import type { ChargeLine } from '../tariffs/chargeLines';
import { priceOfUnits, unitsStillSold } from '../tariffs/unitSale';
import { type RefundablePayment, type RefundPart, wholeFenMicro } from './refundPlan';

/** A payment that bought units, with the parts of its sale. */
export type RefundableSale = RefundablePayment & { readonly unitLines: readonly ChargeLine[] };

/** The payments as `planRefund` takes them, and the cash that it may give back, µ-currency. */
export interface RefundableMoney {
  readonly cashMicro: bigint;
  readonly payments: readonly RefundablePayment[];
}

/**
 * What of the money for units may go back while so many of them are left (µ-units): the newest sale first, each for the units that
 * were sold last, at the price that they were sold for. What of a payment is used up counts as gone already.
 */
export function refundableOfSales(unitsLeftMicro: bigint, sales: readonly RefundableSale[]): RefundableMoney {
  let leftMicro = unitsLeftMicro > 0n ? unitsLeftMicro : 0n;
  let cashMicro = 0n;
  const newestFirst = [...sales].sort((a, b) =>
    a.paidMs === b.paidMs ? (a.id < b.id ? 1 : -1) : b.paidMs - a.paidMs,
  );
  const payments = newestFirst.map(({ unitLines, ...payment }) => {
    const paidMicro = payment.amountMicro - payment.refundedMicro;
    const soldMicro = unitsStillSold(unitLines, paidMicro);
    const usedMicro = soldMicro > leftMicro ? soldMicro - leftMicro : 0n;
    const freeMicro = wholeFenMicro(paidMicro - priceOfUnits(unitLines, usedMicro));
    leftMicro -= soldMicro - usedMicro;
    cashMicro += freeMicro;
    return { ...payment, refundedMicro: payment.amountMicro - freeMicro };
  });
  return { cashMicro, payments };
}

/** Units of these sales that are still sold, µ: where the tiers of the next one begin. */
export function unitsSoldBy(sales: readonly RefundableSale[]): bigint {
  return sales.reduce(
    (sum, sale) => sum + unitsStillSold(sale.unitLines, sale.amountMicro - sale.refundedMicro),
    0n,
  );
}

/** Units that a part of a refund takes back, µ. */
export function unitsTakenBack(
  sale: RefundableSale,
  { amountMicro }: Pick<RefundPart, 'amountMicro'>,
): bigint {
  const paidMicro = sale.amountMicro - sale.refundedMicro;
  return unitsStillSold(sale.unitLines, paidMicro) - unitsStillSold(sale.unitLines, paidMicro - amountMicro);
}
