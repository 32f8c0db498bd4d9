import type { AnswerablePoint } from '../../../db/queries/departmentEnergy';
import { dateOfDayNumber, dayNumberOf } from '../../../domain/network/forecast';
import type { Protection } from '../../../domain/supply/supplyState';
import type { PointUse } from './energyDirectory';
import { type Completeness, closedDates, daysOf, sumParts } from './monthUse';
import { dayStartMs, type QuotaMonth } from './quotaMonth';

/** One circuit of a department in one month, or all of them. Quantities in µ. */
export interface CircuitFigures {
  readonly usedMicro: bigint;
  readonly afterMicro: bigint;
  /** The same closed days now and in the period compared with; null where either has a day without data. */
  readonly closedMicro: bigint | null;
  readonly comparedMicro: bigint | null;
  readonly completeness: Completeness;
}

export interface CircuitRow extends CircuitFigures {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly protection: Protection;
}

/** What the closed days are held against: the same dates of last year, else the same weekdays a few weeks before. */
export interface Comparison {
  readonly kind: 'LAST_YEAR' | 'WEEKS_BEFORE';
  readonly fromMs: number;
  /** Start of the last day, ms UTC. */
  readonly lastMs: number;
  readonly days: number;
}

/** A day on which hourly values of a circuit are missing. */
export interface MissingHours {
  readonly circuit: string;
  readonly circuitEn: string | null;
  readonly dayMs: number;
  readonly hours: number;
}

export interface CircuitTable {
  /** Most used first. */
  readonly rows: readonly CircuitRow[];
  readonly total: CircuitFigures;
  /** Null without closed days or without data to compare with. */
  readonly comparison: Comparison | null;
  /** The worst first, at most five; `missingDays` counts all of them. */
  readonly missing: readonly MissingHours[];
  readonly missingDays: number;
}

const LISTED_GAPS = 5;

/** Circuits of a month with what they used, when, against what, and how much of it was measured. */
export function circuitTable(
  uses: readonly PointUse[],
  points: readonly { point: AnswerablePoint; hours: number }[],
  month: QuotaMonth,
): CircuitTable {
  const closed = closedDates(month);
  const comparison = comparisonOf(uses, points, closed);
  const rows = points.map(({ point, hours }): CircuitRow => {
    const own = uses.filter((use) => use.point === point);
    const days = daysOf(own.filter((use) => use.period.startsWith(month.month)));
    const used = sumParts(days);
    const measured = own
      .filter((use) => use.period.startsWith(month.month))
      .reduce((sum, use) => sum + use.hours, 0);
    const { code, name, nameEn, protection } = point;
    return {
      code,
      name,
      nameEn,
      protection,
      usedMicro: used.workingMicro + used.afterMicro,
      afterMicro: used.afterMicro,
      closedMicro: comparison && sumOfDates(own, closed),
      comparedMicro: comparison && sumOfDates(own, comparison.dates),
      completeness: { measured: Math.min(measured, hours), expected: hours },
    };
  });
  rows.sort((left, right) =>
    left.usedMicro === right.usedMicro
      ? left.code < right.code
        ? -1
        : 1
      : left.usedMicro > right.usedMicro
        ? -1
        : 1,
  );
  const gaps = missingHours(uses, points, month, closed);
  return {
    rows,
    total: totalOf(rows),
    comparison: comparison && {
      kind: comparison.kind,
      fromMs: dayStartMs(month.zone, comparison.dates[0]!),
      lastMs: dayStartMs(month.zone, comparison.dates.at(-1)!),
      days: closed.length,
    },
    missing: gaps.slice(0, LISTED_GAPS),
    missingDays: gaps.length,
  };
}

/** The sum over dates that all have data; null if one has none. */
function sumOfDates(uses: readonly PointUse[], dates: readonly string[]): bigint | null {
  const byDate = new Map<string, bigint>();
  for (const use of uses) byDate.set(use.period, (byDate.get(use.period) ?? 0n) + use.quantityMicro);
  let sum = 0n;
  for (const date of dates) {
    const quantityMicro = byDate.get(date);
    if (quantityMicro === undefined) return null;
    sum += quantityMicro;
  }
  return sum;
}

function comparisonOf(
  uses: readonly PointUse[],
  points: readonly { point: AnswerablePoint }[],
  closed: readonly string[],
): { kind: Comparison['kind']; dates: string[] } | null {
  if (closed.length === 0 || points.length === 0) return null;
  const lastYear = closed.map(yearBefore);
  const shift = Math.ceil(closed.length / 7) * 7;
  const weeksBefore = closed.map((date) => dateOfDayNumber(dayNumberOf(date) - shift));
  const known = new Set(uses.map((use) => `${use.point.pointId} ${use.period}`));
  const covered = (dates: readonly string[]) =>
    points.some(({ point }) => dates.every((date) => known.has(`${point.pointId} ${date}`)));
  if (covered(lastYear)) return { kind: 'LAST_YEAR', dates: lastYear };
  return covered(weeksBefore) ? { kind: 'WEEKS_BEFORE', dates: weeksBefore } : null;
}

/** The same date a year earlier; 29 February becomes the 28th. */
function yearBefore(date: string): string {
  const moved = `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`;
  return moved.endsWith('-02-29') ? `${moved.slice(0, 4)}-02-28` : moved;
}

function totalOf(rows: readonly CircuitRow[]): CircuitFigures {
  const sum = (pick: (row: CircuitRow) => bigint | null) =>
    rows.reduce<bigint | null>((total, row) => {
      const value = pick(row);
      return total === null || value === null ? null : total + value;
    }, 0n);
  const counts = (pick: (completeness: Completeness) => number) =>
    rows.reduce((total, row) => total + pick(row.completeness), 0);
  return {
    usedMicro: sum((row) => row.usedMicro)!,
    afterMicro: sum((row) => row.afterMicro)!,
    closedMicro: rows.length === 0 ? null : sum((row) => row.closedMicro),
    comparedMicro: rows.length === 0 ? null : sum((row) => row.comparedMicro),
    completeness: { measured: counts((one) => one.measured), expected: counts((one) => one.expected) },
  };
}

function missingHours(
  uses: readonly PointUse[],
  points: readonly { point: AnswerablePoint }[],
  month: QuotaMonth,
  closed: readonly string[],
): MissingHours[] {
  const measured = new Map<string, number>();
  for (const use of uses) {
    const key = `${use.point.pointId} ${use.period}`;
    measured.set(key, (measured.get(key) ?? 0) + use.hours);
  }
  const gaps = points.flatMap(({ point }) =>
    closed.flatMap((date) => {
      const day = month.zone.dayAt(dayStartMs(month.zone, date));
      const expected = Math.floor((day.endMs - day.startMs) / 3_600_000);
      const hours = expected - (measured.get(`${point.pointId} ${date}`) ?? 0);
      if (hours <= 0) return [];
      return [{ circuit: point.name, circuitEn: point.nameEn, dayMs: day.startMs, hours }];
    }),
  );
  return gaps.sort((left, right) => right.hours - left.hours || left.dayMs - right.dayMs);
}
