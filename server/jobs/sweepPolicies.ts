import { sweepPolicies } from '../../engine/sweepPolicies';
import type { Job } from './job';

/** Looks again at accounts that a policy let wait: notices, cuts at the end of a period. */
export const sweepPoliciesJob: Job = {
  name: 'sweepPolicies',
  everyMs: 2_000,
  async run({ database, engine }) {
    await sweepPolicies(database, engine);
  },
};
