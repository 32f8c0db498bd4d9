import pg from 'pg';
import { DB_CHANNELS, type DbChannel, parseIdPayload } from '../contracts/dbChannels';
import { listenTo } from './queries/listen';

export interface DatabaseListener {
  close(): Promise<void>;
}

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 10_000;

/**
 * Hears what transactions notify, on a connection of its own, and connects again for ever. `heard` gets the ids, or null
 * when a payload can't be read; `connected` is called after each connect, since whatever was notified in between is lost.
 */
export function listenDatabase(options: {
  url: string;
  channels: readonly DbChannel[];
  heard(channel: DbChannel, ids: string[] | null): void;
  connected(): void;
  log: { warn(fields: object, message: string): void };
}): DatabaseListener {
  let client: pg.Client | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  let waitMs = RETRY_MIN_MS;

  const again = (from: pg.Client, error?: Error) => {
    if (closed || client !== from) return;
    client = null;
    silence(from);
    void from.end().catch(() => undefined);
    if (error) options.log.warn({ reason: error.message }, 'notifications of the database are interrupted');
    timer = setTimeout(connect, waitMs);
    waitMs = Math.min(waitMs * 2, RETRY_MAX_MS);
  };

  const connect = () => {
    const next = new pg.Client({
      connectionString: options.url,
      application_name: 'wattkeep listener',
      keepAlive: true,
    });
    client = next;
    next.on('error', (error) => again(next, error));
    next.on('end', () => again(next));
    next.on('notification', ({ channel, payload }) => {
      const known = Object.values(DB_CHANNELS).find((name) => name === channel);
      if (known) options.heard(known, parseIdPayload(payload));
    });
    next
      .connect()
      .then(() => listenTo(next, options.channels))
      .then(
        () => {
          if (client !== next) return;
          waitMs = RETRY_MIN_MS;
          options.connected();
        },
        (error: Error) => again(next, error),
      );
  };
  connect();

  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      const open = client;
      client = null;
      if (!open) return;
      silence(open);
      await open.end().catch(() => undefined);
    },
  };
}

/** A connection that broke may complain once more while it ends; unheard, that would end the process. */
function silence(client: pg.Client): void {
  client.removeAllListeners();
  client.on('error', () => undefined);
}
