import type { PointView } from '../../../db/queries/pointViews';
import { type ObservedSupply, observeSupply } from '../../../domain/supply/supplyState';

/**
 * Position by the newest report of relay or valve: the stored one only moves when it changes or a command waits for it. Its time
 * is that report's own, for a reading may say nothing of the switch.
 */
export function measuredSupply(
  view: Pick<PointView, 'observed' | 'observedMs' | 'positionMs' | 'relay' | 'valve'>,
): ObservedSupply {
  const stored = { position: view.observed, measuredAt: view.observedMs };
  return view.positionMs === null
    ? stored
    : observeSupply(stored, { at: view.positionMs, relay: view.relay, valve: view.valve });
}
