import { detectLosses } from '../../engine/detectLosses';
import type { Job } from './job';

/** Judges the closed days of feeders; looks often, because a day ends when the campus clock says so. */
export const detectLossesJob: Job = {
  name: 'detectLosses',
  everyMs: 300_000,
  firstAfterMs: 180_000,
  async run({ database, engine }) {
    await detectLosses(database, engine);
  },
};
