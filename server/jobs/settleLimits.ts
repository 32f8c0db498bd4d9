import { followLimits } from '../../engine/followLimits';
import { settleLimits } from '../../engine/settleLimits';
import type { Job } from './job';

/** Load limits that a meter was proven to have come in force; own ones follow who lives there and what is fitted. */
export const settleLimitsJob: Job = {
  name: 'settleLimits',
  everyMs: 2_000,
  async run({ database, engine }) {
    await settleLimits(database, engine);
    await followLimits(database, engine);
  },
};
