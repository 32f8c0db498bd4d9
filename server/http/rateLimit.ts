import type { Clock } from '../../domain/time/clock';

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * Token buckets by key: each holds `capacity` tokens and gains `refillPerS` a second. At most `maxKeys` keys are kept; the
 * longest untouched goes first, so a flood of made-up keys can't fill the memory. Counts per process.
 */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    readonly capacity: number,
    private readonly refillPerS: number,
    private readonly maxKeys = 10_000,
  ) {}

  /** Takes one token. Returns 0 when there was one, else the seconds until there is (at least 1). */
  take(key: string): number {
    const bucket = this.touch(key);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / this.refillPerS));
  }

  /** Whole tokens left. */
  remaining(key: string): number {
    return Math.floor(this.touch(key).tokens);
  }

  /** Fills the bucket of `key` again. */
  reset(key: string): void {
    this.buckets.delete(key);
  }

  private touch(key: string): Bucket {
    const nowMs = this.clock.now();
    const known = this.buckets.get(key);
    const gained = known ? (Math.max(0, nowMs - known.atMs) / 1_000) * this.refillPerS : 0;
    const bucket = {
      tokens: known ? Math.min(this.capacity, known.tokens + gained) : this.capacity,
      atMs: nowMs,
    };
    // Set anew, so that the map's order is the order of last use.
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > this.maxKeys) {
      const oldest = this.buckets.keys().next().value;
      if (oldest !== undefined) this.buckets.delete(oldest);
    }
    return bucket;
  }
}
