import { detectFeederOutages } from '../../engine/detectFeederOutages';
import type { Job } from './job';

/** Finds feeders without supply by what is not heard any more, which no reading tells. */
export const detectFeederOutagesJob: Job = {
  name: 'detectFeederOutages',
  everyMs: 10_000,
  async run({ database, engine }) {
    await detectFeederOutages(database, engine);
  },
};
