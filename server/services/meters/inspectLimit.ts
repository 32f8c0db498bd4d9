import type { Clock } from '../../../domain/time/clock';
import { RateLimit } from '../../http/rateLimit';

/**
 * A look at a meter reads a day of its readings: three looks at one meter (then one a minute), whoever asks, and thirty by one person
 * (then one in 20 s). Counts per process.
 */
export class InspectLimit {
  private readonly byMeter: RateLimit;
  private readonly byActor: RateLimit;

  constructor(clock: Clock) {
    this.byMeter = new RateLimit(clock, 3, 1 / 60);
    this.byActor = new RateLimit(clock, 30, 1 / 20);
  }

  /** Counts one look. Returns 0 when it may be taken, else the seconds to wait. */
  take(actor: string, meterId: number): number {
    const waitS = this.byActor.take(actor);
    return waitS > 0 ? waitS : this.byMeter.take(String(meterId));
  }
}
