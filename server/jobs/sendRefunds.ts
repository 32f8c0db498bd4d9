import { sendRefunds } from '../payments/sendRefunds';
import type { Job } from './job';

/** Tells providers of refunds, again and again until they answer. */
export const sendRefundsJob: Job = {
  name: 'sendRefunds',
  everyMs: 5_000,
  async run({ database, engine, providers }) {
    await sendRefunds({ database, engine, providers });
  },
};
