import { accountsToForecast } from '../../db/queries/jobs';
import { refreshTimeLeft } from '../../engine/refreshTimeLeft';
import type { Job } from './job';

/** Forecasts of accounts that were topped up or crossed a level, without waiting for the round of all. */
export function refreshChangedTimeLeftJob(startMs: number): Job {
  let sinceMs = startMs;
  return {
    name: 'refreshChangedTimeLeft',
    everyMs: 5_000,
    async run({ database, engine }) {
      const untilMs = engine.clock.now();
      const ids = await accountsToForecast(database, sinceMs, untilMs);
      if (ids.length > 0) await refreshTimeLeft(database, engine, { only: ids });
      sinceMs = untilMs;
    },
  };
}
