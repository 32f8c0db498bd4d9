import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';

/**
 * 64-bit integers arrive as bigint on every path (drizzle columns, drizzle `sql`, raw queries), so that no count, id or
 * amount passes through a float or stays text by surprise. numeric stays text: it may exceed any number type.
 */
const INT8 = pg.types.builtins.INT8;
pg.types.setTypeParser(INT8, BigInt);

/**
 * One database transaction: `client` for set-based SQL and COPY on the hot path, `db` for typed queries.
 * Both speak over the same connection, so they see each other's writes.
 */
export interface Tx {
  readonly client: pg.PoolClient;
  readonly db: NodePgDatabase;
  /** Statements without parameters that go out in one message with the COMMIT: locks they take are held for no round trip. */
  readonly closing: string[];
}

/** A pool with its drizzle face. Created once per process (the request side keeps it on `globalThis`). */
export interface Database {
  readonly pool: pg.Pool;
  readonly db: NodePgDatabase;
  readonly url: string;
  /** How often an idle connection has broken: whoever answers after that may be another history of the same database. */
  breaks(): number;
  /** Waits for connections in use, then closes all. Safe to call twice. */
  close(): Promise<void>;
}

/** The plan of a named statement that a migration made void: it holds for its connection. */
const PLAN_VOID = '0A000';
/** Postgres error codes after which the whole transaction may be run again: serialisation failure, deadlock, a plan gone void. */
const RETRYABLE = new Set(['40001', '40P01', PLAN_VOID]);
const ATTEMPTS = 5;

/**
 * Opens a pool to Postgres 15 or newer; nothing connects before the first query. Sessions run in UTC, so text forms of
 * instants never depend on the server's zone.
 * @param poolSize connections at most; a bridge or server needs about 10
 * @param applicationName what the database shows as the owner of the connections
 * @param connectWithinMs how long a query waits for a connection before it fails
 */
export function createDb(
  url: string,
  poolSize = 10,
  applicationName = 'wattkeep',
  connectWithinMs = 30_000,
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    keepAlive: true,
    application_name: applicationName,
    options: '-c timezone=UTC',
    connectionTimeoutMillis: connectWithinMs,
  });
  // An idle connection that breaks (database restarted) must not take the process down: the next query reconnects.
  let breaks = 0;
  pool.on('error', () => {
    breaks++;
  });
  let closing: Promise<void> | undefined;
  return {
    pool,
    db: drizzle(pool),
    url,
    breaks: () => breaks,
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

/** The Postgres error code of anything that pg or drizzle throws, or undefined. */
export function pgErrorCode(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string' && /^[0-9A-Z]{5}$/.test(e.code)) return e.code;
  }
  return undefined;
}

/** The constraint that a write broke, of anything that pg or drizzle throws, or undefined. */
export function brokenConstraint(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e instanceof pg.DatabaseError) return e.constraint;
  }
  return undefined;
}

/**
 * Runs `fn` in one READ COMMITTED transaction; a deadlock or serialisation failure is run again (at most 5 times).
 * `fn` may therefore run more than once: it must keep its effects inside the transaction.
 * @param opening a statement without parameters that goes out in one message with the BEGIN; `fn` is given its rows
 * @throws whatever `fn` throws, after the rollback; or the error of COMMIT itself, whose outcome is then unknown
 */
export async function withTransaction<T>(
  database: Database,
  fn: (tx: Tx, opened: readonly unknown[]) => Promise<T>,
  opening?: string,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const closing: string[] = [];
      return await transactionOn(
        database.pool,
        opening === undefined ? 'begin' : `begin; ${opening}`,
        (client, opened) => fn({ client, db: drizzle(client), closing }, opened),
        closing,
      );
    } catch (error) {
      if (attempt >= ATTEMPTS || !RETRYABLE.has(pgErrorCode(error) ?? '')) throw error;
    }
  }
}

/**
 * One transaction on one connection, which goes back clean or not at all.
 * @param begin the statement, or several, that open it; `fn` is given the rows of the last
 * @param closing statements to run just before the COMMIT; may grow while `fn` runs
 */
export async function transactionOn<T>(
  pool: pg.Pool,
  begin: string,
  fn: (client: pg.PoolClient, opened: readonly unknown[]) => Promise<T>,
  closing: readonly string[] = [],
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // While checked out a client reports a dying connection by itself; unheard, that would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    // Several statements without parameters have a result each, which the types don't say.
    const begun: pg.QueryResult | pg.QueryResult[] = await client.query(begin);
    const result = await fn(client, [begun].flat().at(-1)!.rows);
    await client.query([...closing, 'commit'].join('; '));
    return result;
  } catch (error) {
    if (pgErrorCode(error) === PLAN_VOID) broken = error as Error;
    await client.query('rollback').catch((e: Error) => {
      broken = e;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
