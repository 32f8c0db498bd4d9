import type pg from 'pg';
import { firstUnprovenAdjustment } from '../../db/queries/adjustmentProof';
import { firstUnprovenEvent, type UnprovenEvent } from '../../db/queries/eventProof';
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

/** Holds each adjustment of a locked month against its transaction, both ways, and against its own hash. */
export async function adjustmentsProblem(client: pg.ClientBase): Promise<RowProblem | null> {
  const row = await firstUnprovenAdjustment(client);
  if (!row) return null;
  const id = row.id === null ? row.txId.toString() : `locked_adjustment:${row.id}`;
  if (row.id === null) return { id, problem: `the row that ${row.key} was booked for is missing` };
  if (row.takenMicro === null)
    return { id, problem: `transaction ${row.txId} is none of ${row.key}, for which the row stands` };
  return row.statedMicro === row.takenMicro
    ? { id, problem: 'the row was changed since it was written' }
    : { id, problem: `amount_micro is ${row.statedMicro}, but its transaction took ${row.takenMicro}` };
}

const EVENT_PROBLEMS: Readonly<Record<UnprovenEvent['problem'], string>> = {
  CHANGED: 'the row was changed since it was recorded',
  NO_MONEY: 'the money that it moved is not there',
  NO_EVENT: 'the record of what its provider told is missing',
};

/** Holds what providers told against the money that it moved, both ways, and each telling against its own hash. */
export async function eventsProblem(client: pg.ClientBase): Promise<RowProblem | null> {
  const row = await firstUnprovenEvent(client);
  return row && { id: row.id, problem: EVENT_PROBLEMS[row.problem] };
}
