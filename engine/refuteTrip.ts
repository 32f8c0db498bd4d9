import type { Database, Tx } from '../db/client';
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
