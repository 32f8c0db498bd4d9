import { dropPartitionsBefore, ensurePartitionRange } from '../../db/partitions';
import { RAW_READING_DAYS } from '../../db/timescale';
import type { Job } from './job';

const DAY_MS = 86_400_000;
const AHEAD_DAYS = 3;

/** Makes the partitions of the next days before readings need them, and drops those past their retention. */
export const keepPartitionsJob: Job = {
  name: 'keepPartitions',
  everyMs: 3_600_000,
  async run({ database, engine }) {
    const nowMs = engine.clock.now();
    await ensurePartitionRange(database, nowMs - DAY_MS, nowMs + AHEAD_DAYS * DAY_MS);
    await dropPartitionsBefore(database, nowMs - RAW_READING_DAYS * DAY_MS);
  },
};
