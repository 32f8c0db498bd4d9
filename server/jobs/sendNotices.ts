import type { Job } from './job';

/** Sends messages that are due. */
export const sendNoticesJob: Job = {
  name: 'sendNotices',
  everyMs: 500,
  async run({ deliveries }) {
    await deliveries.takeDue();
  },
};
