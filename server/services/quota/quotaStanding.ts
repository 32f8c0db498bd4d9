import type { QuotaVersion } from '../../../db/queries/quotaViews';
import {
  QUOTA_THRESHOLDS_PERCENT,
  type QuotaCrossing,
  quotaCrossings,
  quotaStatus,
} from '../../../domain/network/quota';
import { type CrossingRange, crossingRange } from '../../../domain/network/quotaOutlook';
import { floorDiv } from '../../../domain/units';
import type { MonthUse } from './monthUse';

const PPM = 1_000_000n;

/** Where a department stands against its quota. Shares in millionths of the limit. */
export interface QuotaStanding {
  readonly limitMicro: bigint;
  readonly version: number;
  readonly action: 'SOFT' | 'HARD';
  readonly thresholdsPercent: readonly number[];
  readonly usedPpm: bigint;
  /** Share expected at the month's end; null without a forecast. */
  readonly expectedPpm: bigint | null;
  readonly crossings: readonly QuotaCrossing[];
  readonly crossingRange: CrossingRange | null;
}

/** The thresholds that a view shows: those of the version, with 100 among them. */
export function thresholdsOf(version: QuotaVersion | undefined): number[] {
  const list = version?.thresholds ?? QUOTA_THRESHOLDS_PERCENT;
  return [...new Set([...list, 100])].sort((left, right) => left - right);
}

export function standingOf(version: QuotaVersion, use: MonthUse): QuotaStanding {
  const thresholdsPercent = thresholdsOf(version);
  const { limitMicro } = version;
  const quota = { limitMicro, thresholdsPercent };
  const { outlook } = use;
  return {
    limitMicro,
    version: version.version,
    action: version.action,
    thresholdsPercent,
    usedPpm: quotaStatus(quota, use.usedMicro).usedPpm,
    expectedPpm: outlook && floorDiv(outlook.totalMicro * PPM, limitMicro),
    crossings: quotaCrossings(quota, use.days, outlook?.days ?? []),
    crossingRange: outlook && crossingRange(limitMicro, outlook, use.usedMicro),
  };
}

/** The newest version per department of one month. `versions` come newest first. */
export function newestByDepartment(
  versions: readonly QuotaVersion[],
  month: string,
): Map<number, QuotaVersion> {
  const newest = new Map<number, QuotaVersion>();
  for (const version of versions)
    if (version.month === month && !newest.has(version.departmentId))
      newest.set(version.departmentId, version);
  return newest;
}
