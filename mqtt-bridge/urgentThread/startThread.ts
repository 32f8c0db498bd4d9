import { Worker } from 'node:worker_threads';
import { callActs } from './callActs';
import type { FromThread, UrgentActs } from './threadMessages';

export interface UrgentThread {
  readonly acts: UrgentActs;
  /** Resolves when the thread has ended: by itself once what is under way is over, by force where that takes too long. */
  end(): Promise<void>;
}

const GRACE_MS = 2_000;
/** What makes TypeScript of the main thread's sources does nothing in others of itself. */
const FROM_SOURCE = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData);
});`;

/**
 * Starts the thread of the urgent acts: `entry` once more, which sees that it is no main thread. The readings of a whole site keep the
 * bridge's own thread busy for milliseconds at a time, and an alarm with its command asks the database some fifty times.
 * @param onLost called when the thread ends without having been told to
 */
export function startUrgentThread(
  entry: URL,
  unpublishableReason: (error: unknown) => string | null,
  onLost: (error: Error) => void,
): UrgentThread {
  const worker = entry.pathname.endsWith('.ts')
    ? new Worker(FROM_SOURCE, { eval: true, workerData: entry.href })
    : new Worker(entry);
  let failure = new Error('the thread of urgent acts has ended');
  let ending = false;
  const called = callActs(
    {
      postMessage: (message) => worker.postMessage(message),
      on: (event, heard) => worker.on(event, (message: FromThread) => heard(message)),
    },
    unpublishableReason,
  );
  worker.on('error', (error: Error) => {
    failure = error;
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      called.lost(failure);
      if (!ending) onLost(failure);
      resolve();
    });
  });
  return {
    acts: called.acts,
    async end() {
      ending = true;
      called.end();
      const late = setTimeout(() => void worker.terminate(), GRACE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
