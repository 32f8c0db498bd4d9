import { runBulkJobs } from '../../engine/bulk/runBulkJobs';
import { bulkStillAllowed } from '../services/control/bulkStillAllowed';
import type { Job } from './job';

/** Sends the waves of bulk jobs, and ends those that nobody consented to. */
export const runBulkJobsJob: Job = {
  name: 'runBulkJobs',
  everyMs: 1_000,
  async run({ database, engine }) {
    await runBulkJobs(database, engine, (jobId) => bulkStillAllowed({ database, engine }, jobId));
  },
};
