import { type OwnConnection, ownConnection } from '../../db/ownConnection';
import { releaseJobLock, tryJobLock } from '../../db/queries/jobs';

/**
 * Runs an act on at most one server of the cluster at a time. The locks belong to one connection that is held for nothing
 * else, so that waiting jobs never use up the pool; when it breaks, the locks are free and the next act connects again.
 */
export class ExclusiveRunner {
  private client: OwnConnection | null = null;
  private connecting: Promise<OwnConnection> | null = null;
  /** A connection runs one query at a time; jobs queue up here for the moments of taking and giving back. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly url: string) {}

  /** Runs `act` if no other server runs this job now. Returns whether it ran. */
  async run(job: string, act: () => Promise<void>): Promise<boolean> {
    const client = await this.connected();
    if (!(await this.inTurn(() => tryJobLock(client, job)))) return false;
    try {
      await act();
      return true;
    } finally {
      // A broken connection has given the lock back already.
      await this.inTurn(() => releaseJobLock(client, job)).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.turn.then(act);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private connected(): Promise<OwnConnection> {
    if (this.client) return Promise.resolve(this.client);
    this.connecting ??= this.connect().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  private async connect(): Promise<OwnConnection> {
    const client = ownConnection(this.url, 'wattkeep jobs');
    const lost = () => {
      if (this.client === client) this.client = null;
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    this.client = client;
    return client;
  }
}
