import { runSchedules } from '../services/control/runSchedules';
import type { Job } from './job';

/** Looks at the clock of each switching schedule. */
export const runSchedulesJob: Job = {
  name: 'runSchedules',
  everyMs: 5_000,
  async run({ database, engine }) {
    await runSchedules(database, engine);
  },
};
