import type { Database } from '../../db/client';
import type { ScopeFilter } from '../../db/queries/scope';

/** What was read, and when by the business clock. */
export interface HeldRead<T> {
  readonly atMs: number;
  readonly value: T;
}

/**
 * Keeps what `read` gave for `heldMs`, per database and place, so that many screens asking at once cost one reading. For
 * figures whose age the screen tells; never for money or supply.
 */
export function heldByScope<T>(
  heldMs: number,
  read: (database: Database, scope: ScopeFilter, nowMs: number) => Promise<T>,
): (database: Database, scope: ScopeFilter, nowMs: number) => Promise<HeldRead<T>> {
  const heldBy = new WeakMap<Database, Map<string, { atMs: number; reading: Promise<HeldRead<T>> }>>();
  return (database, scope, nowMs) => {
    const held = heldBy.get(database) ?? new Map<string, { atMs: number; reading: Promise<HeldRead<T>> }>();
    heldBy.set(database, held);
    for (const [key, { atMs }] of held) if (Math.abs(nowMs - atMs) >= heldMs) held.delete(key);
    const key = keyOf(scope);
    const known = held.get(key);
    if (known) return known.reading;
    const reading = read(database, scope, nowMs).then((value) => ({ atMs: nowMs, value }));
    held.set(key, { atMs: nowMs, reading });
    // What failed is asked again.
    reading.catch(() => held.delete(key));
    return reading;
  };
}

function keyOf({ campusId, campusWide, spaceIds, departmentIds, personId }: ScopeFilter): string {
  return JSON.stringify([campusId, campusWide, spaceIds, departmentIds, personId]);
}
