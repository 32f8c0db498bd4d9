import { DomainError } from '../errors';
import type { CampusZone } from '../time/campusTime';
import type { Surcharge } from './surcharge';
import {
  accrualStartMs,
  type TariffCalendar,
  type TariffVersion,
  validateCalendar,
  validateVersions,
} from './tariff';
import { dayStretches } from './timeOfUse';

/**
 * A stretch [fromMs, toMs) in which exactly one tariff version, time-of-use period and accrual period is in force; never
 * longer than a local day.
 */
export interface BookSegment {
  fromMs: number;
  toMs: number;
  version: TariffVersion;
  period: string;
  /** Price by tier (index 0 is tier 1) for this period. */
  pricesMicro: readonly bigint[];
  /** First instant of the accrual period; null if nothing accrues. */
  accrualStartMs: number | null;
  /** A charge must not reach over `fromMs`: it is a campus midnight, an accrual start or a version edge. */
  breaksAtStart: boolean;
  /** `fromMs` is the first instant of a local day. */
  beginsDay: boolean;
  /** The version's surcharges; null: it has none. */
  surcharges: readonly Surcharge[] | null;
}

/** A tariff made ready for rating: lookups are remembered per local day. */
export interface TariffBook {
  readonly zone: CampusZone;
  /** First instant that the tariff covers. */
  readonly startMs: number;
  /** What is in force just after `tsMs`. @throws DomainError `refused` `NO_TARIFF` before the first version. */
  at(tsMs: number): BookSegment;
  /** The next instant after `tsMs` at which rating may change or a charge breaks. */
  nextBoundaryAfter(tsMs: number): number;
}

const DAY_CACHE_LIMIT = 512;

/** @throws DomainError `invalid` if versions or calendar break a rule (see `tariff.ts`). */
export function prepareTariffBook(input: {
  versions: readonly TariffVersion[];
  calendar: TariffCalendar;
  zone: CampusZone;
}): TariffBook {
  const { calendar, zone } = input;
  const versions = validateVersions(input.versions, zone);
  for (const version of versions) validateCalendar(calendar, version);
  return new MemoisedBook(versions, calendar, zone);
}

class MemoisedBook implements TariffBook {
  readonly startMs: number;
  private readonly days = new Map<number, BookSegment[]>();
  private last: BookSegment | null = null;

  constructor(
    private readonly versions: readonly TariffVersion[],
    private readonly calendar: TariffCalendar,
    readonly zone: CampusZone,
  ) {
    this.startMs = versions[0]!.validFromMs;
  }

  at(tsMs: number): BookSegment {
    const last = this.last;
    if (last && tsMs >= last.fromMs && tsMs < last.toMs) return last;
    if (tsMs < this.startMs) {
      const from = new Date(this.startMs).toISOString();
      throw new DomainError(
        'refused',
        'NO_TARIFF',
        `The tariff begins at ${from}; nothing can be rated before.`,
      );
    }
    for (const segment of this.segmentsOfDay(tsMs)) {
      if (tsMs < segment.toMs) {
        this.last = segment;
        return segment;
      }
    }
    throw new RangeError(`No tariff segment covers ${tsMs}`);
  }

  nextBoundaryAfter(tsMs: number): number {
    return tsMs < this.startMs ? this.startMs : this.at(tsMs).toMs;
  }

  private segmentsOfDay(tsMs: number): BookSegment[] {
    const day = this.zone.dayAt(tsMs);
    const known = this.days.get(day.startMs);
    if (known) return known;
    const segments: BookSegment[] = [];
    this.versions.forEach((version, i) => {
      const untilMs = this.versions[i + 1]?.validFromMs ?? Number.POSITIVE_INFINITY;
      if (untilMs <= day.startMs || version.validFromMs >= day.endMs) return;
      for (const stretch of dayStretches(version, this.calendar, this.zone, day)) {
        const fromMs = Math.max(stretch.fromMs, version.validFromMs);
        const toMs = Math.min(stretch.toMs, untilMs);
        if (toMs <= fromMs) continue;
        segments.push({
          fromMs,
          toMs,
          version,
          period: stretch.period,
          pricesMicro: version.pricesMicro.map((prices) => prices[stretch.period]!),
          accrualStartMs: accrualStartMs(version.accrual, this.zone, fromMs),
          breaksAtStart: fromMs === day.startMs || fromMs === version.validFromMs,
          beginsDay: fromMs === day.startMs,
          surcharges: version.surcharges?.length ? version.surcharges : null,
        });
      }
    });
    if (this.days.size >= DAY_CACHE_LIMIT) this.days.clear();
    this.days.set(day.startMs, segments);
    return segments;
  }
}
