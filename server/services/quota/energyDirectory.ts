import {
  type AnswerablePoint,
  listAnswerablePoints,
  listAssignments,
  loadCalendarDays,
  type SegmentUse,
  sumSegments,
  type UseSegment,
} from '../../../db/queries/departmentEnergy';
import type { Source } from '../../../db/queries/scope';
import type { Utility } from '../../../domain/metering/reading';
import { apportion } from '../../../domain/network/apportion';
import { responsibilities } from '../../../domain/network/responsibility';
import { type WorkCalendar, workCalendarOf } from '../../../domain/network/workCalendar';
import type { SessionCampus } from '../../auth/session';

const HOUR_MS = 3_600_000;

/** Who answers for which meters of a campus, and its calendar: what every sum by department stands on. */
export interface EnergyDirectory {
  readonly campus: SessionCampus;
  readonly calendar: WorkCalendar;
  readonly points: readonly AnswerablePoint[];
  readonly assignments: Awaited<ReturnType<typeof listAssignments>>;
  /** Departments above and including each one that answers for something. */
  readonly pathOf: ReadonlyMap<number, readonly number[]>;
}

export async function loadEnergyDirectory(
  source: Source,
  campus: SessionCampus,
  utility: Utility,
): Promise<EnergyDirectory> {
  const [assignments, points, days] = await Promise.all([
    listAssignments(source, campus.id),
    listAnswerablePoints(source, campus.id, utility),
    loadCalendarDays(source, campus.id),
  ]);
  return {
    campus,
    calendar: workCalendarOf(days),
    points,
    assignments,
    pathOf: new Map(assignments.map((one) => [one.departmentId, one.departmentPath])),
  };
}

/** A time span, [fromMs, toMs) in ms UTC. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

interface HeldSegment extends UseSegment {
  readonly point: AnswerablePoint;
  readonly holders: readonly { readonly departmentId: number; readonly sharePpm: number }[];
}

/** One point's quantity in one local day or month that falls to a department. */
export interface PointUse {
  readonly point: AnswerablePoint;
  readonly period: string;
  readonly afterHours: boolean;
  readonly quantityMicro: bigint;
  readonly hours: number;
}

/** Sums by point and period for any department of the directory. */
export class DepartmentUse {
  constructor(
    private readonly directory: EnergyDirectory,
    private readonly segments: readonly HeldSegment[],
    private readonly sums: readonly SegmentUse[],
  ) {}

  /** What falls to a department and those below it. A shared quantity is divided without remainder. */
  of(departmentId: number): PointUse[] {
    return this.sums.flatMap((sum) => {
      const { point, holders } = this.segments[sum.key]!;
      if (!holders.some((holder) => this.isUnder(holder.departmentId, departmentId))) return [];
      const quantityMicro = this.shareOf(sum.quantityMicro, holders, departmentId);
      return [{ point, period: sum.period, afterHours: sum.afterHours, quantityMicro, hours: sum.hours }];
    });
  }

  /** Points that a department and those below it answer for within `span`, and the hours that each should have reported. */
  pointsOf(departmentId: number, span: Span): { point: AnswerablePoint; hours: number }[] {
    const hours = new Map<AnswerablePoint, number>();
    for (const segment of this.segments) {
      if (!segment.holders.some((holder) => this.isUnder(holder.departmentId, departmentId))) continue;
      const fromMs = Math.max(segment.fromMs, span.fromMs);
      const toMs = Math.min(segment.toMs, span.toMs);
      if (toMs <= fromMs) continue;
      const whole = Math.floor((toMs - fromMs) / HOUR_MS);
      hours.set(segment.point, (hours.get(segment.point) ?? 0) + whole);
    }
    return [...hours].map(([point, count]) => ({ point, hours: count }));
  }

  private isUnder(holderId: number, departmentId: number): boolean {
    return this.directory.pathOf.get(holderId)?.includes(departmentId) ?? false;
  }

  private shareOf(quantityMicro: bigint, holders: HeldSegment['holders'], departmentId: number): bigint {
    if (holders.length === 1 || quantityMicro <= 0n) return quantityMicro;
    const weights = holders.map((holder) => ({
      accountCode: String(holder.departmentId),
      weight: BigInt(holder.sharePpm),
    }));
    return apportion(quantityMicro, weights)
      .filter((share) => this.isUnder(Number(share.accountCode), departmentId))
      .reduce((sum, share) => sum + share.amountMicro, 0n);
  }
}

/** Reads what the points of a directory used within the spans, by local day or month. */
export async function loadDepartmentUse(
  source: Source,
  directory: EnergyDirectory,
  spans: readonly Span[],
  options: { by: 'DAY' | 'MONTH'; nowMs: number },
): Promise<DepartmentUse> {
  const segments = spans.flatMap((span) => segmentsOf(directory, span)).map((one, key) => ({ ...one, key }));
  const sums = await sumSegments(
    source,
    segments.map(({ key, meterId, fromMs, toMs }) => ({ key, meterId, fromMs, toMs })),
    {
      timeZone: directory.campus.timeZone,
      calendar: directory.calendar,
      by: options.by,
      closedMs: floorHour(options.nowMs),
    },
  );
  return new DepartmentUse(directory, segments, sums);
}

function segmentsOf(directory: EnergyDirectory, span: Span): Omit<HeldSegment, 'key'>[] {
  return directory.points.flatMap((point) =>
    responsibilities(point, directory.assignments, span.fromMs, span.toMs).flatMap((held) =>
      point.installs.flatMap((install) => {
        // The hour in which a meter was changed holds a part of each meter.
        const fromMs = Math.max(held.fromMs, floorHour(install.fromMs));
        const toMs = Math.min(held.toMs, install.toMs ?? held.toMs);
        return toMs > fromMs
          ? [{ point, holders: held.holders, meterId: install.meterId, fromMs, toMs }]
          : [];
      }),
    ),
  );
}

function floorHour(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}
