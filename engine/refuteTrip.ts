import type { Database, Tx } from '../db/client';
import { refutedSince } from '../db/queries/alarmRows';
import type { StoredReasons } from '../db/queries/supply';
import type { AlarmVerdict } from '../domain/alarms/alarmVerdict';
import type { EngineContext } from './context';
import { currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

/**
 * A verdict on the alarm that tripped a point, while the trip holds it: where the alarm was wrong, or nothing that anybody need know,
 * whoever lives there may restore at once, and it counts towards no limit. What they confirmed before the verdict counts no longer
 * either: the count asks for the newest one. Nothing is switched: the resident still confirms, and
 * every other reason stays. The newest verdict that tells decides. Call it before any alarm is locked.
 */
export async function refuteTrip(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  alarm: { readonly id: number; readonly campusId: number; readonly pointCode: string },
  verdict: AlarmVerdict,
): Promise<void> {
  if (verdict === 'UNCLEAR') return;
  const registry = await currentRegistry(database, tx);
  const point = [...registry.points.values()].find(
    (one) => one.campusId === alarm.campusId && one.pointCode === alarm.pointCode,
  );
  if (!point) return;
  const desk = new SupplyDesk(tx, ctx, registry);
  await desk.open([point.pointId]);
  desk.refute(point.pointId, alarm.id, verdict !== 'TRUE');
  await desk.flush();
}

/**
 * Reasons as they were cleared for a restore, with the trip as staff see it now: a verdict that came while nothing was held, or after
 * the one that let the resident restore, decides about what is put back. The caller holds the point's supply.
 */
export async function judgedAnew(tx: Tx, reasons: StoredReasons): Promise<StoredReasons> {
  const held = reasons.SAFETY;
  if (held?.alarmId === undefined) return reasons;
  const refuted = await refutedSince(tx.client, held.alarmId, held.sinceMs);
  return refuted === null ? reasons : { ...reasons, SAFETY: { ...held, refuted } };
}
