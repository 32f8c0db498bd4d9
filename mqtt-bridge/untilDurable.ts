import { pgErrorCode } from '../db/client';

/** The bridge is stopping: what was not durable stays unacknowledged and comes again. */
export class Stopped extends Error {
  override name = 'Stopped';
}

export interface DurableOptions {
  /** Whether the database answers at all; decides who is to blame for a failure. */
  isDatabaseUp: () => Promise<boolean>;
  isStopping: () => boolean;
  onFailure: (error: unknown, blame: 'DATABASE' | 'WORK') => void;
  /** Failures that count against the work before it is given up. */
  limit: number;
}

export type Durable<T> = { ok: true; value: T } | { ok: false; error: unknown };

/** SQLSTATE classes that say nothing about the data: connection, resources, operator, system, rollback, lock. */
const DATABASE_CLASSES = new Set(['08', '53', '57', '58', '40', '55']);
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ENOENT',
  'EHOSTUNREACH',
]);
/** pg reports a lost or refused connection by words alone. */
const CONNECTION_WORDS = /connection|terminat|timeout|not queryable|the database system is/i;

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** True when an error tells of the database's absence, not of what was asked. */
export function blamesDatabase(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string' && NETWORK_CODES.has(e.code)) return true;
    // Several addresses of one host, each refused.
    if (e instanceof AggregateError && e.errors.some(blamesDatabase)) return true;
  }
  const code = pgErrorCode(error);
  if (code !== undefined) return DATABASE_CLASSES.has(code.slice(0, 2));
  return error instanceof Error && error.constructor === Error && CONNECTION_WORDS.test(error.message);
}

/**
 * Runs `work` until it succeeds. While the database is away it waits and tries again for ever; a failure with the database
 * up counts, and after `limit` of them the work itself is given up, so that one poisoned message can't hold up the rest.
 * @throws Stopped
 */
export async function untilDurable<T>(work: () => Promise<T>, options: DurableOptions): Promise<Durable<T>> {
  let counted = 0;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    if (options.isStopping()) throw new Stopped();
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      const up = !blamesDatabase(error) && (await options.isDatabaseUp().catch(() => false));
      options.onFailure(error, up ? 'WORK' : 'DATABASE');
      if (up && ++counted >= options.limit) return { ok: false, error };
    }
    await pause(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
