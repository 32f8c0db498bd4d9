import { blamesDatabase } from '../db/blamesDatabase';

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

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

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
