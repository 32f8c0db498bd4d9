import { rerateDue } from '../../engine/rerate';
import type { Job } from './job';

/** Rates again what corrected tariffs ask for. */
export const rerateJob: Job = {
  name: 'rerate',
  everyMs: 5_000,
  async run({ database, engine }) {
    await rerateDue(database, engine);
  },
};
