import { detectIdleWaste } from '../../engine/detectIdleWaste';
import type { Job } from './job';

/** Judges the nights of what departments answer for; looks often, because a night ends when the campus opens. */
export const detectIdleWasteJob: Job = {
  name: 'detectIdleWaste',
  everyMs: 300_000,
  firstAfterMs: 150_000,
  async run({ database, engine }) {
    await detectIdleWaste(database, engine);
  },
};
