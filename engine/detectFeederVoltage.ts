import type { Database } from '../db/client';
import { feederVoltages, voltageCoverChanges } from '../db/queries/feederVoltage';
import {
  feederVoltageParams,
  feederVoltageRule,
  suppressedByFeeder,
} from '../domain/detection/feederVoltage';
import type { AlarmSignal } from './applyAlarmEvent';
import { closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { tellAndCover } from './tellAndCover';

const RULE = 'FEEDER_VOLTAGE';

/**
 * Groups voltages out of range by feeder: one alarm for the feeder, under which those of its meters are evaluated and logged,
 * and nobody is told of them. Run it every few seconds.
 */
export async function detectFeederVoltage(
  database: Database,
  ctx: EngineContext,
): Promise<{ signals: number }> {
  const now = ctx.clock.now();
  const signals: AlarmSignal[] = [];
  const rows = await feederVoltages(database.pool);
  const settings = rows.length > 0 ? await closedSettings(database, RULE) : null;
  for (const { pointId, pointCode, campusId, spaceId, out, meters, alarmOpen } of rows) {
    const { signal } = feederVoltageRule.step(
      { active: alarmOpen },
      { at: now, out: settings!.isOffAt(pointId) ? 0 : out, meters },
      feederVoltageParams(settings!.bodyAt(pointId)),
    );
    if (!signal) continue;
    const { value, limit, unit, detail } = signal;
    signals.push({
      rule: RULE,
      subject: { campusId, type: 'POINT', id: pointId, spaceId },
      kind: signal.kind,
      atMs: signal.at,
      evidence: { value, limit, unit, point: pointCode, ...detail },
    });
  }
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
