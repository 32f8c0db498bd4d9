import type { Database } from '../db/client';
import { feederOutages, isHeardBeside, outageCoverChanges } from '../db/queries/feederOutage';
import { outageOver } from '../db/queries/silence';
import { feederOutageParams, feederOutageRule, suppressedByOutage } from '../domain/detection/feederOutage';
import type { AlarmSignal } from './applyAlarmEvent';
import { closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { HEARD_WITHIN_MS } from './detectSilence';
import { tellAndCover } from './tellAndCover';

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
  const signals: AlarmSignal[] = [];
  for (const row of rows) {
    const { pointId, pointCode, campusId, spaceId, alarmOpen, ...supply } = row;
    const off = settings!.isOffAt(pointId);
    const judged = (heard: boolean) =>
      feederOutageRule.step(
        { active: alarmOpen },
        { ...supply, at: now, heard, cut: supply.cut || off },
        feederOutageParams(settings!.bodyAt(pointId)),
      ).signal;
    let signal = judged(true);
    // Asked of those feeders alone about which it decides.
    if (signal?.kind === 'RAISE')
      signal = judged(supply.awake && (await isHeardBeside(database.pool, row, now)));
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
