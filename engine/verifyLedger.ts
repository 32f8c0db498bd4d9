import type pg from 'pg';
import type { Database } from '../db/client';
import { allCheckpoints } from '../db/queries/checkpoints';
import { withSharedSnapshot } from '../db/sharedSnapshot';
import { adjustmentsProblem, bookedMoneyProblem, eventsProblem } from './payments/verifyPayments';
import { salesProblem } from './payments/verifySales';
import { PriceBook } from './priceBook';
import { chainsProblem, type Walked } from './verifyChains';
import type { RowProblem } from './verifyCharges';
import { checkpointProblem, listCopies } from './verifyCheckpoints';
import { accrualsProblem, registersProblem, rejectionsProblem } from './verifyRegisters';
import { streamsProblem, tilesProblem } from './verifyStreams';

export interface LedgerVerdict {
  readonly ok: boolean;
  readonly transactions: number;
  readonly entries: number;
  readonly checkpoints: number;
  /**
   * The first thing that does not hold: transaction id, or `charge:`, `payment:`, `stream:`, `refund:`, `suspense_item:`,
   * `money_grant:`, `gift:`, `chargeback:`, `dispute:`, `fund:`, `locked_adjustment:`, `psp_event:`, `checkpoint:`, `ledger_key:` with the row's id, a pot
   * (`account:cust:A1:cash`), a tier accrual (`accrual:A1:ELECTRICITY:` and its period), or a rejected charge
   * (`charge_rejection:` with its meter and epoch).
   */
  readonly firstBadId: string | null;
  readonly problem: string | null;
}

interface VerifyOptions {
  /** PEM of the checkpoint key; without it signatures are not checked. */
  readonly signingKey?: string;
  /** Paths of the copies outside the database, as `listCopies` gave them before the snapshot; null: none are kept. */
  readonly copies: readonly string[] | null;
}

/** Connections that read at a time: on two cores the database looks for the one while this process recomputes another. */
const LANES = 3;

/**
 * Recomputes the whole ledger: every transaction's hash and sum, every customer pot's chain and head, the charge or payment
 * behind each transaction, every stream through its charges, registers, prices and tiers of each charge against the readings that
 * are kept, the tariff versions and the accruals, what was rejected, refunded, set aside or granted, what providers told, the checkpoints with their
 * signatures, and the copies outside the database. Reads one consistent snapshot, a portion at a time.
 * @param options.signingKey PEM of the checkpoint key; without it signatures are not checked
 * @param options.directory the outside copies; newest rows that were deleted are found by them
 */
export async function verifyLedger(
  database: Database,
  options: { signingKey?: string; directory?: string } = {},
): Promise<LedgerVerdict> {
  const { directory, signingKey } = options;
  const copies = directory === undefined ? null : await listCopies(directory);
  return withSharedSnapshot(database.pool, LANES, (clients) =>
    verifyOn(clients, { copies, ...(signingKey === undefined ? {} : { signingKey }) }),
  );
}

/** The same on a transaction that is open already, which sees one snapshot. */
export function verifyWithin(client: pg.ClientBase, options: VerifyOptions): Promise<LedgerVerdict> {
  return verifyOn([client], options);
}

async function verifyOn(clients: readonly pg.ClientBase[], options: VerifyOptions): Promise<LedgerVerdict> {
  const [first] = clients as readonly [pg.ClientBase, ...pg.ClientBase[]];
  const prices = await PriceBook.load(first);
  const checkpoints = await allCheckpoints(first);
  const walked: Walked = { transactions: 0, entries: 0 };
  // In the order in which their findings count: what a forged transaction makes wrong elsewhere is not named first.
  const problem = await firstProblem(clients, [
    (client) => chainsProblem(client, prices, walked),
    (client) => streamsProblem(client, prices),
    tilesProblem,
    registersProblem,
    rejectionsProblem,
    accrualsProblem,
    bookedMoneyProblem,
    (client) => salesProblem(client, prices),
    adjustmentsProblem,
    eventsProblem,
    (client) => checkpointProblem(client, checkpoints, options),
  ]);
  return {
    ok: problem === null,
    ...walked,
    checkpoints: checkpoints.length,
    firstBadId: problem?.id ?? null,
    problem: problem?.problem ?? null,
  };
}

type Check = (client: pg.ClientBase) => Promise<RowProblem | null>;

/**
 * Runs the checks in their order, as many side by side as there are connections. Once one has found something no further one
 * begins; those before it have begun, so what is found first in the order is always the same.
 */
async function firstProblem(
  clients: readonly pg.ClientBase[],
  checks: readonly Check[],
): Promise<RowProblem | null> {
  const outcomes: Promise<RowProblem | null>[] = [];
  let found = false;
  const take = async (client: pg.ClientBase): Promise<void> => {
    while (outcomes.length < checks.length && !found) {
      const outcome = checks[outcomes.length]!(client);
      outcomes.push(outcome);
      const ends = await outcome.then(
        (problem) => problem !== null,
        () => true,
      );
      if (ends) found = true;
    }
  };
  await Promise.all(clients.map(take));
  for (const outcome of outcomes) {
    const problem = await outcome;
    if (problem) return problem;
  }
  return null;
}
