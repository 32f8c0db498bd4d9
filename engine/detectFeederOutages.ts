import { type Database, withTransaction } from '../db/client';
import { feederOutages, isCampusHeard, outageCoverChanges } from '../db/queries/feederOutage';
import { outageOver } from '../db/queries/silence';
import { feederOutageParams, feederOutageRule, suppressedByOutage } from '../domain/detection/feederOutage';
import { type AlarmSignal, applyAlarmSignal } from './applyAlarmEvent';
import { closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { coverAlarm } from './coverAlarm';
import { HEARD_WITHIN_MS } from './detectSilence';

const RULE = 'FEEDER_OUTAGE';

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
  const settings = rows.length > 0 ? await closedSettings(database, RULE) : null;
  const heard = new Map<number, boolean>();
  const signals: AlarmSignal[] = [];
  for (const { pointId, pointCode, campusId, spaceId, alarmOpen, ...supply } of rows) {
    if (supply.dark > 0 && !heard.has(campusId))
      heard.set(campusId, await isCampusHeard(database.pool, campusId, now));
    const off = settings!.isOffAt(pointId);
    const { signal } = feederOutageRule.step(
      { active: alarmOpen },
      { ...supply, at: now, heard: heard.get(campusId) ?? true, cut: supply.cut || off },
      feederOutageParams(settings!.bodyAt(pointId)),
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
  for (const signal of signals)
    await withTransaction(database, async (tx) => {
      const above = signal.kind === 'RAISE' ? await outageOver(tx.client, signal.subject.id) : null;
      await applyAlarmSignal(tx, now, {
        ...signal,
        suppressedBy: above === null ? null : suppressedByOutage(above),
      });
    });
  for (const { id, campusId, feeder } of await outageCoverChanges(database.pool, now, HEARD_WITHIN_MS))
    await coverAlarm(database, now, {
      id,
      campusId,
      by: feeder === null ? null : suppressedByOutage(feeder),
    });
  return { signals: signals.length };
}
