import { createHash } from 'node:crypto';

/**
 * What a person asked for with a reversal, as one hash; a reversal that a re-rate books has none. Who asked, and why, stands in
 * the audit log.
 */
export function reversalRequestHash(reverses: bigint): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(['reverse', reverses.toString()]))
    .digest();
}
