import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../db/embedded';
import { isAlive } from '../db/embeddedProcess';

/** The embedded database, started again when its server ends unasked. */
export interface KeptDatabase {
  readonly url: string;
  /** Of the server that runs now. */
  readonly pid: number;
  /** Resolves with the reason when it can't be brought back. */
  readonly gaveUp: Promise<string>;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 500;

/** @throws Error when the first start fails */
export async function keepDatabase(dataDir: string, log: (line: string) => void): Promise<KeptDatabase> {
  let server = await startEmbeddedPostgres({ dataDir, log });
  const { url } = server;
  let stopping = false;
  let restart: Promise<string | null> = Promise.resolve(null);

  async function startAgain(): Promise<string | null> {
    try {
      await server.stop();
      server = await startEmbeddedPostgres({ dataDir, log });
      return server.url === url ? null : 'the port of the database was taken while it was down';
    } catch (error) {
      return (error as Error).message;
    }
  }

  async function watch(): Promise<string> {
    for (;;) {
      await delay(LOOK_EVERY_MS, undefined, { ref: false });
      if (stopping) return new Promise(() => undefined);
      if (isAlive(server.pid)) continue;
      log('database ended: started again');
      restart = startAgain();
      const failure = await restart;
      if (failure !== null) return failure;
    }
  }

  return {
    url,
    get pid() {
      return server.pid;
    },
    gaveUp: watch(),
    async stop() {
      stopping = true;
      await restart;
      await server.stop();
    },
  };
}
