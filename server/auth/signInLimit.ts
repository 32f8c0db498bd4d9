import type { Clock } from '../../domain/time/clock';
import { addressBlock } from '../http/addressBlock';
import { RateLimit } from '../http/rateLimit';

/**
 * Slows down guessing of passwords: 5 tries per name and address (then one in 30 s) and 30 tries per address (then one
 * in 10 s), an IPv6 address counted by its /64. A name alone is never locked, so nobody can lock another person out from
 * elsewhere.
 */
export class SignInLimit {
  private readonly byNameAndAddress: RateLimit;
  private readonly byAddress: RateLimit;

  constructor(clock: Clock) {
    this.byNameAndAddress = new RateLimit(clock, 5, 1 / 30);
    this.byAddress = new RateLimit(clock, 30, 1 / 10);
  }

  /** Counts one try. Returns 0 when it may go on, else the seconds to wait. */
  take(name: string, address: string): number {
    const waitS = this.byAddress.take(addressBlock(address));
    if (waitS > 0) return waitS;
    return this.byNameAndAddress.take(keyOf(name, address));
  }

  /** A right password: the name's tries from this address count anew. */
  succeeded(name: string, address: string): void {
    this.byNameAndAddress.reset(keyOf(name, address));
  }
}

const keyOf = (name: string, address: string): string => `${name.toLowerCase()} ${addressBlock(address)}`;
