import type pg from 'pg';
import { firstMiscountedFund, firstUnprovenMoney, type UnprovenMoney } from '../../db/queries/paymentProof';
import type { RowProblem } from '../verifyCharges';

/**
 * Holds what stands beside the ledger against what was booked for it, both ways: refunds, money in suspense, granted subsidies,
 * gifts, chargebacks, goodwill after a dispute, and what funds have spent. A row that was deleted is missed by its transaction.
 */
export async function bookedMoneyProblem(client: pg.ClientBase): Promise<RowProblem | null> {
  const row = await firstUnprovenMoney(client);
  if (row) return { id: row.table === null ? row.id : `${row.table}:${row.id}`, problem: unprovenText(row) };
  const fund = await firstMiscountedFund(client);
  return (
    fund && {
      id: `fund:${fund.code}`,
      problem: `it has spent ${fund.spentMicro}, but its pot in the ledger paid ${fund.paidMicro}`,
    }
  );
}

function unprovenText(row: UnprovenMoney): string {
  if (row.table === null) return `the row that ${row.key} was booked for is missing`;
  if (row.postedMicro === null) return 'tx_id names no transaction of its own';
  if (row.postedMicro !== row.statedMicro)
    return `amount_micro is ${row.statedMicro}, but its transaction posted ${row.postedMicro}`;
  return `account_id is of ${row.statedAccount}, but its transaction moved money of ${row.postedAccount ?? 'nobody'}`;
}
