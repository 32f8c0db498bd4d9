import { detectVacantUse } from '../../engine/detectVacantUse';
import type { Job } from './job';

/** Judges the closed days of vacant rooms; looks often, because a day ends when the campus clock says so. */
export const detectVacantUseJob: Job = {
  name: 'detectVacantUse',
  everyMs: 300_000,
  firstAfterMs: 210_000,
  async run({ database, engine }) {
    await detectVacantUse(database, engine);
  },
};
