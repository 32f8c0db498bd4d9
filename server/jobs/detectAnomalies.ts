import { detectAnomalies } from '../../engine/detectAnomalies';
import type { Job } from './job';

/** Judges each closed hour of use against its own past; looks several times an hour, so that none is late. */
export const detectAnomaliesJob: Job = {
  name: 'detectAnomalies',
  everyMs: 300_000,
  firstAfterMs: 120_000,
  async run({ database, engine }) {
    await detectAnomalies(database, engine);
  },
};
