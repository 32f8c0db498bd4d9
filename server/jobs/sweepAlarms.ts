import { sweepAlarms } from '../../engine/sweepAlarms';
import type { Job } from './job';

/** Ends shelvings and off-delays that are over and takes the escalation steps that are due. */
export const sweepAlarmsJob: Job = {
  name: 'sweepAlarms',
  everyMs: 1_000,
  async run({ database, engine }) {
    await sweepAlarms(database, engine);
  },
};
