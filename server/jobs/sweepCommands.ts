import { sweepCommands } from '../../engine/sweepCommands';
import type { Job } from './job';

/** Turns silence after a command into an outcome, and gives open differences their next attempt. */
export const sweepCommandsJob: Job = {
  name: 'sweepCommands',
  everyMs: 1_000,
  async run({ database, engine }) {
    await sweepCommands(database, engine);
  },
};
