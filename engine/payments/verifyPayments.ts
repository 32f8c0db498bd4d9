import type pg from 'pg';
import { firstUnprovenMoney } from '../../db/queries/paymentProof';
import type { RowProblem } from '../verifyCharges';

/** Holds refunds and money in suspense against what the ledger booked for them; null where all of it fits. */
export async function refundOrSuspenseProblem(client: pg.ClientBase): Promise<RowProblem | null> {
  const row = await firstUnprovenMoney(client);
  if (!row) return null;
  const { table, id, statedMicro, postedMicro } = row;
  return {
    id: `${table}:${id}`,
    problem:
      postedMicro === null
        ? 'tx_id names no transaction of its own'
        : `amount_micro is ${statedMicro}, but its transaction posted ${postedMicro}`,
  };
}
