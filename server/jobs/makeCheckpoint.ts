import { makeCheckpoint } from '../../engine/makeCheckpoint';
import type { Job } from './job';

/** Seals the ledger: a signed Merkle root over what was booked since the last one, copied outside the database. */
export const makeCheckpointJob: Job = {
  name: 'makeCheckpoint',
  everyMs: 600_000,
  async run({ database, engine, checkpointKey, checkpointDir }) {
    if (checkpointKey === null) return;
    await makeCheckpoint(database, engine, {
      key: checkpointKey,
      ...(checkpointDir === null ? {} : { directory: checkpointDir }),
    });
  },
};
