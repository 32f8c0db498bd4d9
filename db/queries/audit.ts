import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { type CanonicalValue, jcs } from '../../domain/credit/jcs';
import type { Tx } from '../client';
import { auditLog } from '../schema/person';
import { selectRows } from './rows';
import type { Source } from './scope';

/** Who did what to which target. `before` and `after` hold codes and numbers, never names of persons. */
export interface AuditEntry {
  campusId: number | null;
  atMs: number;
  /** `user:…`, `key:…`, `display:…`. */
  actor: string;
  /** UPPER_SNAKE verb, e.g. `DISPLAY_REVOKED`. */
  action: string;
  /** e.g. `display:01J…`, `point:P-412`. */
  target: string;
  ip: string | null;
  before?: CanonicalValue;
  after?: CanonicalValue;
}

/** Any constant does; held for the last statements of a transaction only, so it never waits for a row lock. */
const AUDIT_CHAIN_LOCK = 7_216_010;

/**
 * Appends a line to the audit log, chained to the one before by hash. Must be the last write of its transaction: until the
 * commit no other line can be appended.
 */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(${AUDIT_CHAIN_LOCK})`);
  const [last] = await selectRows<{ hash: string }>(
    tx,
    sql`select hash from audit_log order by id desc limit 1`,
  );
  await tx.db.insert(auditLog).values({ ...entry, hash: auditHash(last?.hash ?? '', entry) });
}

/** SHA-256 over the previous hash and the canonical text of the line, hex. */
export function auditHash(previous: string, entry: AuditEntry): string {
  const { campusId, atMs, actor, action, target, ip, before, after } = entry;
  const text = jcs({ previous, campusId, atMs, actor, action, target, ip, before, after });
  return createHash('sha256').update(text).digest('hex');
}

export interface AuditRow {
  id: number;
  campusId: number | null;
  atMs: number;
  actor: string;
  action: string;
  target: string;
  ip: string | null;
  before: CanonicalValue | null;
  after: CanonicalValue | null;
  hash: string;
}

/** Lines of a campus, newest first, older than `beforeId`. */
export async function listAudit(
  source: Source,
  campusId: number,
  page: { beforeId: number | null; limit: number },
): Promise<AuditRow[]> {
  const older = page.beforeId === null ? sql`` : sql`and id < ${page.beforeId}::bigint`;
  return selectRows<AuditRow>(
    source,
    sql`select id::float8 as id, campus_id as "campusId", at_ms::float8 as "atMs", actor, action, target, ip,
           before, after, hash
      from audit_log where campus_id = ${campusId} ${older} order by id desc limit ${page.limit}`,
  );
}
