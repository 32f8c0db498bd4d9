import { closeSupplyGaps } from '../../engine/closeSupplyGaps';
import type { Job } from './job';

/** Looks for points whose supply differs from the wanted one and that nothing under way explains. */
export const closeSupplyGapsJob: Job = {
  name: 'closeSupplyGaps',
  everyMs: 15_000,
  async run({ database, engine }) {
    await closeSupplyGaps(database, engine);
  },
};
