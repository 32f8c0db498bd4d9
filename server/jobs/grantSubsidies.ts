import { grantSubsidies } from '../../engine/grantSubsidies';
import type { Job } from './job';

/** Grants the money that approved entitlements bring, and returns to its fund what has lapsed. */
export const grantSubsidiesJob: Job = {
  name: 'grantSubsidies',
  everyMs: 20_000,
  async run({ database, engine }) {
    await grantSubsidies(database, engine);
  },
};
