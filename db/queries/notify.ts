import { buildIdPayloads, type DbChannel } from '../../contracts/dbChannels';
import type { Tx } from '../client';
import { literal } from './literal';

/**
 * Tells listeners which ids have changed; they read them again. It goes out in the message that commits: telling takes no round
 * trip of its own, and reaches nobody unless the transaction does.
 * @throws RangeError for text that can't be stored
 */
export function notify(tx: Pick<Tx, 'closing'>, channel: DbChannel, ids: readonly string[]): void {
  for (const payload of buildIdPayloads(ids))
    tx.closing.push(`select pg_notify(${literal(channel)}, ${literal(payload)})`);
}
