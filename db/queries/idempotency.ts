import { and, eq, lt, sql } from 'drizzle-orm';
import type { Tx } from '../client';
import { idempotency } from '../schema/ledger';
import type { Source } from './scope';

/** Status of a claim whose answer is not known yet; nobody but its own transaction ever sees it. */
const PENDING = 0;

export interface StoredAnswer {
  requestHash: Buffer;
  status: number;
  /** Text of the answer. */
  body: string;
}

/**
 * Claims a key for the first time, inside a transaction that stays open while the request is worked on. Returns null when
 * the key is ours now, else the answer given before. While another request holds the claim this waits for its end, at most
 * `waitMs`; a claim whose process died ends with its connection.
 * @throws the database's `lock_not_available` (55P03) after `waitMs`
 */
export async function claimIdempotencyKey(
  tx: Tx,
  claim: { apiKeyId: string; key: string; requestHash: Buffer; at: Date; waitMs: number },
): Promise<StoredAnswer | null> {
  await tx.db.execute(sql`select set_config('lock_timeout', ${`${claim.waitMs}ms`}, true)`);
  const { rowCount } = await tx.db
    .insert(idempotency)
    .values({
      apiKeyId: claim.apiKeyId,
      key: claim.key,
      requestHash: claim.requestHash,
      status: PENDING,
      body: {},
      createdAt: claim.at,
    })
    .onConflictDoNothing();
  if (rowCount === 1) return null;
  const [row] = await tx.db
    .select({ requestHash: idempotency.requestHash, status: idempotency.status, body: idempotency.body })
    .from(idempotency)
    .where(and(eq(idempotency.apiKeyId, claim.apiKeyId), eq(idempotency.key, claim.key)));
  const text = (row?.body as { text?: unknown } | undefined)?.text;
  if (!row || typeof text !== 'string') throw new Error('idempotency key without its answer');
  return { ...row, body: text };
}

/** Stores the answer under a claim of this transaction. */
export async function storeAnswer(
  tx: Tx,
  answer: { apiKeyId: string; key: string; status: number; body: string },
): Promise<void> {
  await tx.db
    .update(idempotency)
    .set({ status: answer.status, body: { text: answer.body } })
    .where(and(eq(idempotency.apiKeyId, answer.apiKeyId), eq(idempotency.key, answer.key)));
}

/** Forgets answers that were given before `before`. Returns how many. */
export async function purgeAnswers(source: Source, before: Date): Promise<number> {
  const { rowCount } = await source.db.delete(idempotency).where(lt(idempotency.createdAt, before));
  return rowCount ?? 0;
}
