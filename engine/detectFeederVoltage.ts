import type { Database } from '../db/client';
import { feederVoltages, voltageCoverChanges } from '../db/queries/feederVoltage';
import {
  feederVoltageParams,
  feederVoltageRule,
  suppressedByFeeder,
} from '../domain/detection/feederVoltage';
import type { EngineContext } from './context';
import { judgeFeeders } from './judgeFeeders';
import { tellAndCover } from './tellAndCover';

/**
 * Groups voltages out of range by feeder: one alarm for the feeder, under which those of its meters are evaluated and logged,
 * and nobody is told of them. Run it every few seconds.
 */
export async function detectFeederVoltage(
  database: Database,
  ctx: EngineContext,
): Promise<{ signals: number }> {
  const now = ctx.clock.now();
  const rows = await feederVoltages(database.pool);
  const signals = await judgeFeeders(
    database,
    'FEEDER_VOLTAGE',
    rows,
    ({ out, meters, alarmOpen }, { off, body }) =>
      feederVoltageRule.step(
        { active: alarmOpen },
        { at: now, out: off ? 0 : out, meters },
        feederVoltageParams(body),
      ).signal,
  );
  await tellAndCover(database, ctx, now, {
    signals,
    covers: async () =>
      (await voltageCoverChanges(database.pool)).map(({ feeder, ...alarm }) => ({
        ...alarm,
        by: feeder === null ? null : suppressedByFeeder(feeder),
      })),
  });
  return { signals: signals.length };
}
