import { detectWaterLeaks } from '../../engine/detectWaterLeaks';
import type { Job } from './job';

/** Judges the nights of water meters; looks often, because a night ends when the campus clock says so. */
export const detectWaterLeaksJob: Job = {
  name: 'detectWaterLeaks',
  everyMs: 300_000,
  firstAfterMs: 90_000,
  async run({ database, engine }) {
    await detectWaterLeaks(database, engine);
  },
};
