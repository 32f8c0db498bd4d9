import type { Database } from '../db/client';
import { anyRecharge, forgeRecharge, guardAnswer, passGuards, storedRecharge } from '../db/queries/recharges';
import { DomainError } from '../domain/errors';
import type { EngineContext } from './context';
import { verifyRecharges } from './verifyRecharges';

/** How a drill went. */
export interface DrillResult {
  readonly atMs: number;
  readonly txId: string;
  /** Account whose top-up was changed, and the one that the verifier named. */
  readonly touchedAccount: string;
  readonly namedAccount: string | null;
  readonly firstBadId: string | null;
  readonly problem: string | null;
  readonly found: boolean;
  /** From the change to the name, ms of real time. */
  readonly tookMs: number;
  /** Top-ups that held before it. */
  readonly transactions: number;
  /** What the guards answered to the plain change. */
  readonly guard: string | null;
  /** The stored rows are byte for byte what they were. */
  readonly restored: boolean;
}

const ADDED_MICRO = 100_000_000n;

/**
 * Changes a top-up picked by chance past the guards, as a forger with the server in hand would, lets the verifier look for it
 * without telling it where, and puts the row back. All of it in one transaction that is rolled back: nobody else ever sees the
 * forged row, and a drill that is cut short leaves nothing behind.
 * @param chance in [0, 1): which top-up
 * @throws DomainError refused/NO_RECHARGE where none is booked
 */
export async function tamperDrill(
  database: Database,
  ctx: EngineContext,
  campusId: number,
  chance: number,
): Promise<DrillResult> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    const picked = await anyRecharge(client, campusId, chance);
    if (!picked) throw new DomainError('refused', 'NO_RECHARGE', 'No top-up is booked yet.');
    const before = await storedRecharge(client, picked.txId);
    const guard = await guardAnswer(client, picked.txId);
    await passGuards(client);
    await forgeRecharge(client, picked.txId, ADDED_MICRO);
    const changed = (await storedRecharge(client, picked.txId)) !== before;
    if (!changed) throw new Error('the drill changed nothing');
    const startedAt = performance.now();
    const verdict = await verifyRecharges(client, campusId);
    const tookMs = performance.now() - startedAt;
    await client.query('rollback');
    const restored = (await storedRecharge(client, picked.txId)) === before;
    return {
      atMs: ctx.clock.now(),
      txId: picked.txId.toString(),
      touchedAccount: picked.accountCode,
      namedAccount: verdict.accountCode,
      firstBadId: verdict.firstBadId,
      problem: verdict.problem,
      found: !verdict.ok && verdict.accountCode === picked.accountCode,
      tookMs: Math.round(tookMs),
      transactions: verdict.transactions,
      guard,
      restored,
    };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
