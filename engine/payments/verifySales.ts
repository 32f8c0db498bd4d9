import type pg from 'pg';
import { type BookedSale, bookedSales, firstStrayUnits } from '../../db/queries/unitSales';
import { chargeLinesHash } from '../../domain/credit/chargeLines';
import { provenSums } from '../../domain/tariffs/chargeLines';
import { unitsStillSold } from '../../domain/tariffs/unitSale';
import { nodeSha256 } from '../context';
import type { PriceBook } from '../priceBook';
import { bad, type RowProblem, readLines } from '../verifyCharges';

/**
 * Holds payments that bought units against what the ledger handed out for them: the parts of the sale to the hash in its
 * transaction, their prices to the tariff in force, its units to its money, and what refunds and chargebacks left of them to the money that is still paid. Units that no
 * sale stands behind are named by their transaction.
 */
export async function salesProblem(client: pg.ClientBase, prices: PriceBook): Promise<RowProblem | null> {
  const sales = await bookedSales(client);
  for (let sale = await sales.next(); sale; sale = await sales.next()) {
    const problem = saleProblem(sale, prices);
    if (problem !== null) return bad('payment', sale.id, problem);
  }
  const stray = await firstStrayUnits(client);
  return stray && { id: stray.id.toString(), problem: `the row that ${stray.key} was booked for is missing` };
}

function saleProblem(sale: BookedSale, prices: PriceBook): string | null {
  const { unit, amountMicro, goneMicro, unitsMicro, unitsTxId, saleTxId } = sale;
  if (unit === null) return 'it bought units, but its account holds money';
  if (unitsMicro === null) return 'its account holds units, but it bought none';
  if (saleTxId === null || saleTxId !== unitsTxId)
    return `units_tx_id is ${unitsTxId}, but its sale is ${saleTxId === null ? 'not booked' : `transaction ${saleTxId}`}`;
  if (sale.alien) return 'its units moved on another account, or in another unit';
  const lines = readLines(sale.lines);
  if (!lines || chargeLinesHash(lines, nodeSha256) !== sale.linesHash || provenSums(lines) === null)
    return `unit_lines do not match their hash in transaction ${saleTxId}`;
  if (unitsMicro !== sale.soldMicro || unitsMicro !== unitsStillSold(lines, amountMicro))
    return `units_micro is ${unitsMicro}, but transaction ${saleTxId} handed out ${sale.soldMicro} for ${amountMicro}`;
  const priced = prices.saleProblem({ tariffIds: sale.tariffIds, soldMs: sale.soldMs! }, lines);
  if (priced !== null) return `unit_lines: ${priced}`;
  const heldMicro = unitsStillSold(lines, amountMicro - goneMicro);
  return heldMicro === sale.heldMicro
    ? null
    : `${heldMicro} of its units are still sold, but the ledger has ${sale.heldMicro}`;
}
