import { type Database, withTransaction } from '../db/client';
import { feederVoltages, voltageCoverChanges } from '../db/queries/feederVoltage';
import {
  feederVoltageParams,
  feederVoltageRule,
  suppressedByFeeder,
} from '../domain/detection/feederVoltage';
import { type AlarmSignal, applyAlarmSignal } from './applyAlarmEvent';
import { closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { coverAlarm } from './coverAlarm';

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
  for (const signal of signals) await withTransaction(database, (tx) => applyAlarmSignal(tx, now, signal));
  for (const { id, campusId, feeder } of await voltageCoverChanges(database.pool))
    await coverAlarm(database, now, {
      id,
      campusId,
      by: feeder === null ? null : suppressedByFeeder(feeder),
    });
  return { signals: signals.length };
}
