import { sweepAlarms } from '../../engine/alarmActs';
import type { Job } from './job';

/** Ends shelvings that are over and takes the escalation steps that are due. */
export const sweepAlarmsJob: Job = {
  name: 'sweepAlarms',
  everyMs: 1_000,
  async run({ database, engine }) {
    await sweepAlarms(database, engine);
  },
};
