import type { CampusZone } from '../time/campusTime';
import type { FreeLeft, FreePart, FreeSource, FundPayer } from './ratedPiece';

/** A span [fromMs, toMs); `toMs` null: open. */
export interface FreeSpan {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** Free units of an account and utility, granted each local month for the days in [fromMs, toMs), both local midnights. */
export interface FreeGrant extends FreeSpan {
  readonly id: number;
  readonly payer: FundPayer;
  /** µ a month, of each head or of the account. */
  readonly quantityMicro: bigint;
  readonly perHead: boolean;
  /** Until when what was granted may be used; null: until `toMs`. */
  readonly expiresMs: number | null;
  readonly advancesTier: boolean;
  readonly carryOver: boolean;
  /** When its fund pays nothing. */
  readonly stops: readonly FreeSpan[];
}

/** What an account used of one grant in the month that begins at `periodMs`. */
export interface FreeUse {
  readonly grantId: number;
  readonly periodMs: number;
  grantedMicro: bigint;
  carriedMicro: bigint;
  usedMicro: bigint;
  /** End of the newest use that asked for units. */
  uptoMs: number;
  /** End of the use with which it was last used up; 0: never. */
  crossedMs: number;
}

const within = (span: FreeSpan, atMs: number): boolean =>
  atMs >= span.fromMs && (span.toMs === null || atMs < span.toMs);

/** The grants of an account and utility with its heads: fixed facts, from which what is granted follows at any instant. */
export class FreeBook {
  readonly grants: readonly FreeGrant[];
  private readonly limits = new Map<string, bigint>();

  /** @param heads when each person lived there */
  constructor(
    grants: readonly FreeGrant[],
    private readonly heads: readonly FreeSpan[],
    readonly zone: CampusZone,
  ) {
    this.grants = [...grants].sort((a, b) => endOf(a) - endOf(b) || a.id - b.id);
  }

  /**
   * Units granted for the month of `atMs` as it stands on that day: heads as they were on each day so far, and those of this
   * day for the rest of the month, each day's share of the month's quantity (decision: a change counts pro rata by local
   * days). Rounded down to 1 µ.
   */
  limitMicro(grant: FreeGrant, atMs: number): bigint {
    const today = this.zone.dayAt(atMs).startMs;
    const key = `${grant.id}/${today}`;
    const known = this.limits.get(key);
    if (known !== undefined) return known;
    let headDays = 0;
    let days = 0;
    const monthMs = this.zone.monthStart(atMs);
    for (let dayMs = monthMs; this.zone.monthStart(dayMs) === monthMs; dayMs = this.zone.dayAt(dayMs).endMs) {
      days++;
      if (within(grant, dayMs)) headDays += grant.perHead ? this.headsOn(Math.min(dayMs, today)) : 1;
    }
    const limit = (grant.quantityMicro * BigInt(headDays)) / BigInt(days);
    if (this.limits.size > 4_000) this.limits.clear();
    this.limits.set(key, limit);
    return limit;
  }

  private headsOn(dayMs: number): number {
    let heads = 0;
    for (const span of this.heads) if (within(span, dayMs)) heads++;
    return heads;
  }

  /** Instants inside (fromMs, toMs), other than campus midnights, at which what is free may change. */
  edgesWithin(fromMs: number, toMs: number): number[] {
    const edges: number[] = [];
    const add = (ms: number | null) => {
      if (ms !== null && ms > fromMs && ms < toMs) edges.push(ms);
    };
    for (const grant of this.grants) {
      add(grant.expiresMs);
      for (const stop of grant.stops) {
        add(stop.fromMs);
        add(stop.toMs);
      }
    }
    return edges;
  }
}

const endOf = (grant: FreeGrant): number => grant.expiresMs ?? grant.toMs ?? Number.MAX_SAFE_INTEGER;

function usable(grant: FreeGrant, atMs: number): boolean {
  return atMs >= grant.fromMs && atMs < endOf(grant) && !grant.stops.some((stop) => within(stop, atMs));
}

/**
 * The free units of an account while its use is rated: hands them out in the order of time, earliest expiry first, and notes
 * what was used. Units left at a month's end lapse, or go on to the next where the grant says so.
 */
export class FreeUnits implements FreeSource {
  /** Rows that changed. */
  readonly dirty = new Set<FreeUse>();
  private replayFromMs: number | null = null;
  /** The stretch of use that is being rated: units are shared in the order in which such stretches end. */
  private rating: { fromMs: number; toMs: number } | null = null;
  private outOfOrder = false;
  private readonly uses = new Map<string, FreeUse>();
  /** Rows that a reset emptied and nobody used since: what they bring along follows anew from the month before. */
  private readonly stale = new Set<FreeUse>();

  constructor(
    readonly book: FreeBook,
    stored: Iterable<FreeUse>,
  ) {
    for (const use of stored) this.uses.set(`${use.grantId}/${use.periodMs}`, use);
  }

  /** The same units for rating something that is not charged: what they hand out is not used up here. */
  copy(): FreeUnits {
    const copy = new FreeUnits(this.book, []);
    for (const [key, use] of this.uses) {
      const own = { ...use };
      copy.uses.set(key, own);
      if (this.stale.has(use)) copy.stale.add(own);
    }
    return copy;
  }

  /**
   * Tells which stretch of use is rated next. @param shared true where several meters draw on these units, so that use may come
   * out of order
   */
  begin(rating: { fromMs: number; toMs: number }, shared: boolean): void {
    this.rating = rating;
    this.outOfOrder = shared && this.isOlder(this.book.zone.monthStart(rating.fromMs), rating.toMs);
  }

  /** Set where use came out of order so that who pays for newer use may change: rate again from this month on. */
  askedReplayMs(): number | null {
    const askedMs = this.replayFromMs;
    this.replayFromMs = null;
    return askedMs;
  }

  /** What is left of each grant at an instant, in the order of use; those with nothing left stay out. */
  left(atMs: number): FreeLeft[] {
    const left: FreeLeft[] = [];
    for (const grant of this.book.grants) {
      const leftMicro = this.leftOf(grant, atMs);
      if (leftMicro > 0n) left.push({ payer: grant.payer, leftMicro, advancesTier: grant.advancesTier });
    }
    return left;
  }

  take(fromMs: number, untilMs: number, quantityMicro: bigint): FreePart[] {
    const parts: FreePart[] = [];
    if (quantityMicro <= 0n) return parts;
    const periodMs = this.book.zone.monthStart(fromMs);
    const toMs = this.rating?.toMs ?? untilMs;
    let restMicro = quantityMicro;
    for (const grant of this.book.grants) {
      const leftMicro = this.leftOf(grant, fromMs);
      if (leftMicro <= 0n) continue;
      const partMicro = leftMicro < restMicro ? leftMicro : restMicro;
      const use = this.monthUse(grant, periodMs);
      use.usedMicro += partMicro;
      if (toMs >= use.uptoMs) use.grantedMicro = this.book.limitMicro(grant, fromMs);
      use.uptoMs = Math.max(use.uptoMs, toMs);
      if (partMicro === leftMicro) {
        use.crossedMs = Math.max(use.crossedMs, toMs);
        if (this.outOfOrder) this.askReplay(periodMs);
      }
      this.dirty.add(use);
      parts.push({ payer: grant.payer, quantityMicro: partMicro, advancesTier: grant.advancesTier });
      restMicro -= partMicro;
      if (restMicro === 0n) break;
    }
    if (restMicro > 0n) parts.push({ payer: 'CUSTOMER', quantityMicro: restMicro, advancesTier: true });
    if (this.outOfOrder && this.movesNewer(periodMs, this.rating?.fromMs ?? fromMs, toMs))
      this.askReplay(periodMs);
    return parts;
  }

  /** Puts everything from a month on back to unused: the use since will be rated again, in the order of time. */
  reset(fromMs: number): void {
    for (const use of this.uses.values()) {
      if (use.periodMs < fromMs) continue;
      Object.assign(use, { usedMicro: 0n, uptoMs: 0, crossedMs: 0, grantedMicro: 0n, carriedMicro: 0n });
      this.stale.add(use);
      this.dirty.add(use);
    }
    this.replayFromMs = null;
  }

  private askReplay(periodMs: number): void {
    this.replayFromMs = Math.min(this.replayFromMs ?? periodMs, periodMs);
  }

  private isOlder(periodMs: number, toMs: number): boolean {
    for (const use of this.uses.values())
      if (use.periodMs > periodMs || (use.periodMs === periodMs && use.uptoMs >= toMs)) return true;
    return false;
  }

  /** Whether units were used up, granted anew or carried on since: then use from before changes who pays for later. */
  private movesNewer(periodMs: number, fromMs: number, toMs: number): boolean {
    for (const use of this.uses.values()) {
      if (use.periodMs > periodMs && this.book.grants.some((g) => g.id === use.grantId && g.carryOver))
        return true;
      if (use.periodMs !== periodMs) continue;
      if (use.crossedMs >= toMs) return true;
      const grant = this.book.grants.find((one) => one.id === use.grantId);
      if (grant && this.changesBetween(grant, fromMs, use.uptoMs)) return true;
    }
    return false;
  }

  private changesBetween(grant: FreeGrant, fromMs: number, toMs: number): boolean {
    if (this.book.edgesWithin(fromMs, toMs).length > 0) return true;
    const { zone } = this.book;
    let dayMs = zone.dayAt(fromMs).startMs;
    const was = [usable(grant, dayMs), this.book.limitMicro(grant, dayMs)];
    for (dayMs = zone.dayAt(dayMs).endMs; dayMs < toMs; dayMs = zone.dayAt(dayMs).endMs)
      if (usable(grant, dayMs) !== was[0] || this.book.limitMicro(grant, dayMs) !== was[1]) return true;
    return false;
  }

  private leftOf(grant: FreeGrant, atMs: number): bigint {
    if (!usable(grant, atMs)) return 0n;
    const periodMs = this.book.zone.monthStart(atMs);
    return this.leftIn(grant, periodMs, atMs);
  }

  /** What a month has left as its grant stands at an instant of it. */
  private leftIn(grant: FreeGrant, periodMs: number, atMs: number): bigint {
    const use = this.uses.get(`${grant.id}/${periodMs}`);
    const carriedMicro = use && !this.stale.has(use) ? use.carriedMicro : this.carriedInto(grant, periodMs);
    const leftMicro = this.book.limitMicro(grant, atMs) + carriedMicro - (use?.usedMicro ?? 0n);
    return leftMicro > 0n ? leftMicro : 0n;
  }

  private monthUse(grant: FreeGrant, periodMs: number): FreeUse {
    const key = `${grant.id}/${periodMs}`;
    let use = this.uses.get(key);
    if (!use) {
      use = {
        grantId: grant.id,
        periodMs,
        grantedMicro: 0n,
        carriedMicro: this.carriedInto(grant, periodMs),
        usedMicro: 0n,
        uptoMs: 0,
        crossedMs: 0,
      };
      this.uses.set(key, use);
    } else if (this.stale.delete(use)) use.carriedMicro = this.carriedInto(grant, periodMs);
    return use;
  }

  /** What the month before left, itself with what it had brought along. */
  private carriedInto(grant: FreeGrant, periodMs: number): bigint {
    if (!grant.carryOver || periodMs <= grant.fromMs) return 0n;
    return this.leftIn(grant, this.book.zone.monthStart(periodMs - 1), periodMs - 1);
  }
}

/** Free units as a proof states them: what was left of each when the charge began. */
export class GivenFreeUnits implements FreeSource {
  private readonly rest: { payer: FundPayer; leftMicro: bigint; advancesTier: boolean }[];

  constructor(given: readonly FreeLeft[]) {
    this.rest = given.map((one) => ({ ...one }));
  }

  left(): FreeLeft[] {
    return this.rest.filter((one) => one.leftMicro > 0n).map((one) => ({ ...one }));
  }

  take(_fromMs: number, _toMs: number, quantityMicro: bigint): FreePart[] {
    const parts: FreePart[] = [];
    let restMicro = quantityMicro;
    for (const one of this.rest) {
      const partMicro = one.leftMicro < restMicro ? one.leftMicro : restMicro;
      if (partMicro <= 0n) continue;
      one.leftMicro -= partMicro;
      restMicro -= partMicro;
      parts.push({ payer: one.payer, quantityMicro: partMicro, advancesTier: one.advancesTier });
    }
    if (restMicro > 0n) parts.push({ payer: 'CUSTOMER', quantityMicro: restMicro, advancesTier: true });
    return parts;
  }
}
