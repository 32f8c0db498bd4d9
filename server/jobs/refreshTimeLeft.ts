import { refreshTimeLeft } from '../../engine/refreshTimeLeft';
import type { Job } from './job';

/** Forecasts of all accounts. */
export const refreshTimeLeftJob: Job = {
  name: 'refreshTimeLeft',
  everyMs: 900_000,
  async run({ database, engine }, stopping) {
    await refreshTimeLeft(database, engine, { rests: stopping });
  },
};
