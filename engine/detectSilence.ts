import type { Database } from '../db/client';
import { gatewayStatuses, silentMeters, suppressionChanges } from '../db/queries/silence';
import { suppressedByOutage } from '../domain/detection/feederOutage';
import { gatewayOfflineRule, meterOfflineRule } from '../domain/detection/offline';
import type { AlarmSignal } from './applyAlarmEvent';
import type { EngineContext } from './context';
import { tellAndCover } from './tellAndCover';

/** How long the meters of a gateway, or of a feeder, that is back have to be heard. */
export const HEARD_WITHIN_MS = 5 * 60_000;

/**
 * Judges silence by the clock: one alarm for a gateway that is down, whose meters are suppressed by design; a single meter
 * only after a day. Run it every few seconds.
 */
export async function detectSilence(database: Database, ctx: EngineContext): Promise<{ signals: number }> {
  const now = ctx.clock.now();
  const signals: AlarmSignal[] = [];
  for (const gateway of await gatewayStatuses(database.pool)) {
    const state = { offlineSince: gateway.online ? null : gateway.statusMs, active: gateway.alarmOpen };
    const { signal } = gatewayOfflineRule.step(state, { at: now, online: gateway.online }, {});
    if (!signal) continue;
    signals.push({
      rule: 'GATEWAY_OFFLINE',
      subject: { campusId: gateway.campusId, type: 'GATEWAY', id: gateway.id, spaceId: gateway.spaceId },
      kind: signal.kind,
      atMs: signal.at,
      evidence: { gateway: gateway.code, meters: gateway.meters, since: gateway.statusMs },
    });
  }
  for (const meter of await silentMeters(database.pool, now)) {
    const { signal } = meterOfflineRule.step(
      { noticedSince: null, active: meter.alarmOpen },
      { at: now, lastHeardAt: meter.lastRxMs },
      { intervalMs: meter.intervalMs, expectedSince: meter.installedMs },
    );
    if (!signal) continue;
    signals.push({
      rule: 'METER_OFFLINE',
      subject: { campusId: meter.campusId, type: 'METER', id: meter.id, spaceId: meter.spaceId },
      kind: signal.kind,
      atMs: signal.at,
      suppressedBy: coverOf(meter),
      evidence: { meter: meter.code, lastHeard: meter.lastRxMs, value: signal.value, unit: 'ms' },
    });
  }
  // A gateway that is down explains the silence of its meters, and so does a feeder above them that was cut.
  const covers = () => suppressionChanges(database.pool, now, HEARD_WITHIN_MS);
  await tellAndCover(database, ctx, now, { signals, covers });
  return { signals: signals.length };
}

function coverOf(meter: {
  gatewayDown: boolean;
  gatewayCode: string | null;
  cutFeeder: string | null;
  outageFeeder: string | null;
}): string | null {
  if (meter.gatewayDown) return `gateway:${meter.gatewayCode}`;
  if (meter.cutFeeder !== null) return `cut:${meter.cutFeeder}`;
  return meter.outageFeeder === null ? null : suppressedByOutage(meter.outageFeeder);
}
