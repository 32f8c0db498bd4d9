import { postDueWindows } from '../../engine/postDueWindows';
import type { Job } from './job';

/** Posts the windows of meters that fell silent; those of live meters are posted with their readings. */
export const postDueWindowsJob: Job = {
  name: 'postDueWindows',
  everyMs: 15_000,
  async run({ database, engine }) {
    await postDueWindows(database, engine);
  },
};
