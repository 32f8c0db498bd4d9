import { detectSilence } from '../../engine/detectSilence';
import type { Job } from './job';

/** Raises the alarms of gateways and meters that say nothing: no reading will. */
export const detectSilenceJob: Job = {
  name: 'detectSilence',
  everyMs: 5_000,
  async run({ database, engine }) {
    await detectSilence(database, engine);
  },
};
