import { watchFunds } from '../../engine/watchFunds';
import type { Job } from './job';

/** A fund at its budget stops paying, and finance is told. */
export const watchFundsJob: Job = {
  name: 'watchFunds',
  everyMs: 60_000,
  async run({ database, engine }) {
    await watchFunds(database, engine);
  },
};
