import type pg from 'pg';
import type { DbChannel } from '../../contracts/dbChannels';

/** Makes a connection hear these channels. It must be one of its own, since pooled ones come and go. */
export async function listenTo(client: pg.ClientBase, channels: readonly DbChannel[]): Promise<void> {
  for (const channel of channels) await client.query(`listen ${channel}`);
}
