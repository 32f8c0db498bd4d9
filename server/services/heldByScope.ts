import type { ScopeFilter } from '../../db/queries/scope';
import type { ScopedSource } from '../../db/scopedSource';

/** What was read, and when by the business clock. */
export interface HeldRead<T> {
  readonly atMs: number;
  readonly value: T;
}

/**
 * Keeps what `read` gave for `heldMs`, per database and place, so that many screens asking at once cost one reading. The
 * first asker's source reads for all: every source reaches as far as each scope of its caller, so it leaves nothing out. For
 * figures whose age the screen tells; never for money or supply.
 */
export function heldByScope<T>(
  heldMs: number,
  read: (source: ScopedSource, scope: ScopeFilter, nowMs: number) => Promise<T>,
): (source: ScopedSource, scope: ScopeFilter, nowMs: number) => Promise<HeldRead<T>> {
  const heldBy = new WeakMap<object, Map<string, { atMs: number; reading: Promise<HeldRead<T>> }>>();
  return (source, scope, nowMs) => {
    const held =
      heldBy.get(source.origin) ?? new Map<string, { atMs: number; reading: Promise<HeldRead<T>> }>();
    heldBy.set(source.origin, held);
    for (const [key, { atMs }] of held) if (Math.abs(nowMs - atMs) >= heldMs) held.delete(key);
    const key = keyOf(scope);
    const known = held.get(key);
    if (known) return known.reading;
    const reading = read(source, scope, nowMs).then((value) => ({ atMs: nowMs, value }));
    held.set(key, { atMs: nowMs, reading });
    // What failed is asked again.
    reading.catch(() => held.delete(key));
    return reading;
  };
}

function keyOf({ campusId, campusWide, spaceIds, departmentIds, personId }: ScopeFilter): string {
  return JSON.stringify([campusId, campusWide, spaceIds, departmentIds, personId]);
}
