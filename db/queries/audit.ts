import { createHash } from 'node:crypto';
import { type CanonicalValue, jcs } from '../../domain/credit/jcs';
import type { Tx } from '../client';
import { literal } from './literal';

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

/**
 * Appends a line to the audit log, chained to the one before by hash, as the last step of the transaction: the log's one lock
 * is taken in the message that commits, so nothing that a process does happens under it.
 * @throws RangeError for text that can't be stored
 */
export function appendAudit(tx: Tx, entry: AuditEntry): void {
  const { campusId, atMs, actor, action, target, ip, before, after } = entry;
  const [head, tail] = aroundPrevious(entry);
  const values = [
    wholeNumber(campusId),
    wholeNumber(atMs),
    ...[actor, action, target, ip].map(literal),
    ...[before, after].map((value) => literal(value === undefined ? null : jcs(value))),
    literal(head),
    literal(tail),
  ];
  tx.closing.push(`select append_audit(${values.join(', ')})`);
}

/** @throws RangeError */
function wholeNumber(value: number | null): string {
  if (value !== null && !Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
  return String(value);
}

/** The canonical text of a line before and after the hash of the previous one; members are sorted, so it stands between. */
function aroundPrevious({
  campusId,
  atMs,
  actor,
  action,
  target,
  ip,
  before,
  after,
}: AuditEntry): [string, string] {
  const head = jcs({ campusId, atMs, actor, action, ip, before, after });
  return [`${head.slice(0, -1)},"previous":"`, `","target":${jcs(target)}}`];
}

/** SHA-256 over the previous hash and the canonical text of the line, hex. */
export function auditHash(previous: string, entry: AuditEntry): string {
  const { campusId, atMs, actor, action, target, ip, before, after } = entry;
  const text = jcs({ previous, campusId, atMs, actor, action, target, ip, before, after });
  return createHash('sha256').update(text).digest('hex');
}
