import type { Database } from '../db/client';
import { feederOutages, isHeardBeside, outageCoverChanges } from '../db/queries/feederOutage';
import { outageOver } from '../db/queries/silence';
import { feederOutageParams, feederOutageRule, suppressedByOutage } from '../domain/detection/feederOutage';
import type { EngineContext } from './context';
import { HEARD_WITHIN_MS } from './detectSilence';
import { judgeFeeders } from './judgeFeeders';
import { tellAndCover } from './tellAndCover';

/**
 * Finds feeders that are without supply and that nobody cut: one alarm each, under which what their meters say of silence and
 * voltage, and feeders further down, are evaluated and logged, and nobody is told. Run it every few seconds.
 */
export async function detectFeederOutages(
  database: Database,
  ctx: EngineContext,
): Promise<{ signals: number }> {
  const now = ctx.clock.now();
  const rows = await feederOutages(database.pool, now);
  const signals = await judgeFeeders(database, 'FEEDER_OUTAGE', rows, async (row, { off, body }) => {
    const judged = (heard: boolean) =>
      feederOutageRule.step(
        { active: row.alarmOpen },
        { ...row, at: now, heard, cut: row.cut || off },
        feederOutageParams(body),
      ).signal;
    const signal = judged(true);
    // Asked of those feeders alone about which it decides.
    return signal?.kind === 'RAISE'
      ? judged(row.awake && (await isHeardBeside(database.pool, row, now)))
      : signal;
  });
  const coverOf = (feeder: string | null) => (feeder === null ? null : suppressedByOutage(feeder));
  await tellAndCover(database, ctx, now, {
    signals,
    complete: async (tx, signal) => {
      const above = signal.kind === 'RAISE' ? await outageOver(tx.client, signal.subject.id) : null;
      return { ...signal, suppressedBy: coverOf(above) };
    },
    covers: async () =>
      (await outageCoverChanges(database.pool, now, HEARD_WITHIN_MS)).map(({ feeder, ...alarm }) => ({
        ...alarm,
        by: coverOf(feeder),
      })),
  });
  return { signals: signals.length };
}
