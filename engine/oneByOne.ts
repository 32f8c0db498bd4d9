import { blamesDatabase } from '../db/blamesDatabase';
import type { EngineContext } from './context';

/**
 * Does the same to many, each in a transaction of its own: one that can't be done keeps no other from its turn. When all had
 * theirs, the first failure is thrown, so that the job that ran them is told as failed. A database that is away ends it at once.
 */
export async function oneByOne<Item>(
  items: readonly Item[],
  log: EngineContext['log'],
  what: string,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  let failure: { readonly error: unknown } | null = null;
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      if (blamesDatabase(error)) throw error;
      log.error({ err: error, item }, `${what} failed`);
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}
