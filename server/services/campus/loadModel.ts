import {
  type LoadPoint,
  listLoadPoints,
  type SetHour,
  type SetMember,
  sumSetHours,
} from '../../../db/queries/campusLoad';
import type { ScopeFilter, Source } from '../../../db/queries/scope';
import { atLeastWide, type UsualBand, usualBand } from '../../../domain/network/usualBand';
import type { CampusZone } from '../../../domain/time/campusTime';

export const HOUR_MS = 3_600_000;
/** Weeks that a usual band looks back. */
export const BAND_WEEKS = 4;
/** A power within 3 % of its median is nothing unusual, however alike the weeks were. */
const POWER_BAND_SHARE = 0.06;
/** A day with a change of clocks is an hour longer; bands of the first hour of the next day are wanted too. */
const DAY_HOURS_MAX = 26;

/**
 * What the load of a scope is measured by: all that comes in where the whole campus is in sight and its incomers are
 * metered, else the sum of the consumers' meters.
 */
export interface LoadModel {
  readonly points: readonly LoadPoint[];
  readonly source: 'SUPPLY' | 'USE';
  readonly incomers: readonly LoadPoint[];
  readonly infeeds: readonly LoadPoint[];
  readonly users: readonly LoadPoint[];
  /** Sets whose sum is the load: one per incomer and infeed, or one of all users. */
  readonly sets: readonly (readonly number[])[];
}

export async function loadModel(source: Source, scope: ScopeFilter): Promise<LoadModel> {
  const points = await listLoadPoints(source, scope);
  const incomers = points.filter(({ role, parentId }) => role === 'FEEDER' && parentId === null);
  const infeeds = points.filter(({ role }) => role === 'PV');
  const users = points.filter(isUser);
  const whole = scope.campusWide && incomers.length > 0;
  return {
    points,
    source: whole ? 'SUPPLY' : 'USE',
    incomers: scope.campusWide ? incomers : [],
    infeeds: scope.campusWide ? infeeds : [],
    users,
    sets: whole
      ? [...incomers, ...infeeds].map(({ meterId }) => [meterId])
      : [users.map(({ meterId }) => meterId)],
  };
}

/** A point whose power is use: what feeders and check meters see is seen by these as well, and PV is supply. */
export function isUser({ role }: LoadPoint): boolean {
  return role === 'CUSTOMER' || role === 'PUBLIC' || role === 'TENANT';
}

/** Members of numbered sets, `first` being the number of the first. */
export function membersOf(sets: readonly (readonly number[])[], first = 0): SetMember[] {
  return sets.flatMap((meterIds, index) => meterIds.map((meterId) => ({ set: first + index, meterId })));
}

/** Starts of the same local day `weeks` before, newest first; the hours of a day are counted from its start. */
export function daysBefore(zone: CampusZone, nowMs: number, weeks: number): number[] {
  const { year, month, day } = zone.dayAt(nowMs);
  return Array.from({ length: weeks }, (_, index) =>
    floorHour(zone.utcOf(year, month, day - 7 * (index + 1))),
  );
}

/**
 * The hours around the same time of the same weekday in the weeks before. Means of hours stand for their middles; what is
 * usual at an instant lies between two of them, or a rising morning would look unusual at the end of each hour.
 */
export class SameTimes {
  private constructor(
    private readonly pairs: readonly (readonly [number, number])[],
    private readonly part: number,
  ) {}

  static at(zone: CampusZone, nowMs: number): SameTimes {
    const sinceDay = nowMs - floorHour(zone.localDayStart(nowMs)) - HOUR_MS / 2;
    const before = Math.floor(sinceDay / HOUR_MS) * HOUR_MS;
    const pairs = daysBefore(zone, nowMs, BAND_WEEKS).map(
      (dayMs) => [dayMs + before, dayMs + before + HOUR_MS] as const,
    );
    return new SameTimes(pairs, (sinceDay - before) / HOUR_MS);
  }

  /** Every hour that a band is made of. */
  get hoursMs(): number[] {
    return this.pairs.flat();
  }

  /** What `valueAt` was at this time in each week; a week without both of its hours is left out. */
  values(valueAt: (hourMs: number) => number | null): number[] {
    return this.pairs.flatMap(([before, after]) => {
      const from = valueAt(before);
      const to = valueAt(after);
      return from === null || to === null ? [] : from + (to - from) * this.part;
    });
  }

  /**
   * The usual band at this time, or null while there are too few weeks.
   * @param leastShare width that it has at least, as a share of its median
   */
  band(valueAt: (hourMs: number) => number | null, leastShare = POWER_BAND_SHARE): UsualBand | null {
    const band = usualBand(this.values(valueAt));
    return band && atLeastWide(band, leastShare);
  }
}

/** Starts of `count` hours from `fromMs`, oldest first. */
export function hoursFrom(fromMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => fromMs + index * HOUR_MS);
}

/** Start of the UTC hour that an instant lies in, as the roll-up counts them. */
export function floorHour(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}

/** Mean power per hour of the whole load, W; an hour in which one of several sets said nothing is left out. */
export class LoadHours {
  private constructor(
    private readonly bySet: readonly ReadonlyMap<number, SetHour>[],
    private readonly whole: boolean,
  ) {}

  /** Reads the load of today and yesterday, and of this weekday in the weeks before. */
  static async read(source: Source, model: LoadModel, zone: CampusZone, nowMs: number): Promise<LoadHours> {
    const yesterday = floorHour(zone.localDayStart(zone.localDayStart(nowMs) - 1));
    const hoursMs = [
      ...daysBefore(zone, nowMs, BAND_WEEKS).flatMap((dayMs) =>
        hoursFrom(dayMs - HOUR_MS, DAY_HOURS_MAX + 1),
      ),
      ...hoursFrom(yesterday, Math.ceil((nowMs - yesterday) / HOUR_MS)),
    ];
    return LoadHours.of(await sumSetHours(source, membersOf(model.sets), hoursMs), model);
  }

  static of(rows: readonly SetHour[], model: Pick<LoadModel, 'sets' | 'source'>): LoadHours {
    const bySet = model.sets.map(() => new Map<number, SetHour>());
    for (const row of rows) bySet[row.set]?.set(row.hourMs, row);
    return new LoadHours(bySet, model.source === 'SUPPLY');
  }

  /** Energy of an hour, µkWh; null where it can't be said. */
  energyMicro(hourMs: number): bigint | null {
    let sum = 0n;
    let known = 0;
    for (const hours of this.bySet) {
      const row = hours.get(hourMs);
      if (row) {
        sum += row.quantityMicro;
        known++;
      }
    }
    return known === 0 || (this.whole && known < this.bySet.length) ? null : sum;
  }

  /** Mean power of a full hour, W. */
  powerW(hourMs: number): number | null {
    const micro = this.energyMicro(hourMs);
    return micro === null ? null : Number(micro) / 1_000;
  }

  /** Mean power of a full hour of one set, W. */
  setPowerW(set: number, hourMs: number): number | null {
    const row = this.bySet[set]?.get(hourMs);
    return row ? Number(row.quantityMicro) / 1_000 : null;
  }

  /** Energy of [fromMs, toMs) in whole hours, µkWh; hours without data count nothing. */
  sumMicro(fromMs: number, toMs: number): bigint {
    let sum = 0n;
    for (let hour = fromMs; hour < toMs; hour += HOUR_MS) sum += this.energyMicro(hour) ?? 0n;
    return sum;
  }
}
