import { lookAtOrders } from '../payments/lookAtOrders';
import type { Job } from './job';

/** Asks about orders whose notification may be lost, and credits what was paid and could not be credited at once. */
export const lookAtOrdersJob: Job = {
  name: 'lookAtOrders',
  everyMs: 5_000,
  async run({ database, engine, providers }) {
    await lookAtOrders({ database, engine, providers });
  },
};
