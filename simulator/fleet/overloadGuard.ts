import type { CommandWorld } from './commandDesk';
import type { SimulatedMeter } from './simulatedMeter';

export interface GuardWorld extends Pick<CommandWorld, 'network' | 'now' | 'after' | 'report' | 'changed'> {
  tell(meter: SimulatedMeter, event: string, on: boolean, data: Record<string, number>): void;
}

/** Below this share of the limit an overload is over. */
const RETURN_SHARE = 0.95;
/** From the decision to the open contact. */
const TRIP_MS = 90;
const PROOF_AFTER_MS = 20;

/**
 * Overload protection inside a meter, definite time: over its limit for 10 s (or as `set_limit` says) it tells, and opens
 * by itself where it is set up to. It never closes again by itself. It reports when the limit is crossed and when the time
 * is up, so that nobody has to wait for the next interval.
 */
export class OverloadGuard {
  constructor(private readonly world: GuardWorld) {}

  look(meter: SimulatedMeter, ts: number): void {
    const { limitW } = meter;
    if (limitW === null || meter.tripping) return;
    const drawW = this.world.network.draw(meter, ts);
    if (drawW <= limitW) {
      if (meter.overSinceMs !== null && drawW < limitW * RETURN_SHARE) this.ended(meter);
      return;
    }
    if (meter.overSinceMs === null) {
      meter.overSinceMs = ts;
      this.world.report(meter);
      return;
    }
    if (meter.overloadTold || ts - meter.overSinceMs < meter.limitDelayMs) return;
    meter.overloadTold = true;
    this.world.tell(meter, 'OVERLOAD', true, { powerW: Math.round(drawW), limitW });
    this.world.report(meter);
    if (meter.load.traits.tripsOnOverload && !meter.keepPowerOn) this.trip(meter, drawW, limitW);
  }

  private ended(meter: SimulatedMeter): void {
    const { limitW, overloadTold } = meter;
    meter.overSinceMs = null;
    meter.overloadTold = false;
    if (overloadTold) this.world.tell(meter, 'OVERLOAD', false, { limitW: limitW ?? 0 });
    this.world.report(meter);
  }

  private trip(meter: SimulatedMeter, drawW: number, limitW: number): void {
    const { world } = this;
    meter.tripping = true;
    world.after(TRIP_MS, () => {
      meter.tripping = false;
      world.network.setContact(meter, false, world.now());
      meter.locallyTripped = true;
      meter.overSinceMs = null;
      meter.overloadTold = false;
      world.changed();
      world.tell(meter, 'OVERLOAD_TRIP', true, { powerW: Math.round(drawW), limitW });
      world.after(PROOF_AFTER_MS, () => world.report(meter));
    });
  }
}
