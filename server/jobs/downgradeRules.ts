import { downgradeRules } from '../../engine/downgradeRules';
import type { Job } from './job';

/** Looks whether verdicts say that a rule is wrong too often somewhere. */
export const downgradeRulesJob: Job = {
  name: 'downgradeRules',
  everyMs: 60_000,
  firstAfterMs: 45_000,
  async run({ database, engine }) {
    await downgradeRules(database, engine);
  },
};
