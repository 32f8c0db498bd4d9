import { purgePairings } from '../../db/queries/displays';
import { purgeAnswers } from '../../db/queries/idempotency';
import type { Job } from './job';

/** A repeat of a write comes within hours; a week of answers is kept. */
const ANSWERS_KEPT_MS = 7 * 86_400_000;

/** Removes what has served its time: answers of old writes, pairing codes that ran out. */
export const tidyUpJob: Job = {
  name: 'tidyUp',
  everyMs: 3_600_000,
  async run({ database, engine }) {
    const nowMs = engine.clock.now();
    await purgeAnswers(database, new Date(nowMs - ANSWERS_KEPT_MS));
    await purgePairings(database, new Date(nowMs));
  },
};
