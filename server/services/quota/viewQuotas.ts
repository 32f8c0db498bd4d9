import { newestHourlyMs } from '../../../db/queries/departmentEnergy';
import {
  type DepartmentRow,
  listDepartments,
  listQuotaUtilities,
  listQuotaVersions,
} from '../../../db/queries/quotaViews';
import type { Utility } from '../../../domain/metering/reading';
import { dayTypeIn } from '../../../domain/network/workCalendar';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { loadDepartmentUse, loadEnergyDirectory } from './energyDirectory';
import { type MonthUse, monthSpans, monthUse } from './monthUse';
import { type MonthState, quotaMonth } from './quotaMonth';
import { newestByDepartment, type QuotaStanding, standingOf } from './quotaStanding';

/** A department in the list of a month. Quantities in µ. */
export interface QuotaListRow {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly usedMicro: bigint;
  readonly forecast: {
    totalMicro: bigint;
    lowMicro: bigint | null;
    highMicro: bigint | null;
    historyDays: number;
  } | null;
  /** Null: no quota is set for this month. */
  readonly standing: QuotaStanding | null;
}

/** All that `/quota` shows. */
export interface QuotaList {
  readonly month: string;
  readonly state: MonthState;
  readonly utility: Utility;
  /** Utilities with quotas in this month, beside the shown one. */
  readonly utilities: readonly Utility[];
  /** First and last instant of the month, ms UTC. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Newest reading that is counted, ms UTC. */
  readonly asOfMs: number | null;
  /** Departments with a quota taken together; none of them is part of another. Null without any quota. */
  readonly total: {
    limitMicro: bigint;
    usedMicro: bigint;
    forecastMicro: bigint | null;
    lowMicro: bigint | null;
    highMicro: bigint | null;
    departments: number;
  } | null;
  /** The most over quota at the month's end first; those without a quota last. */
  readonly departments: readonly QuotaListRow[];
  readonly maySet: boolean;
}

interface Entry {
  readonly department: DepartmentRow;
  readonly use: MonthUse;
  readonly row: QuotaListRow;
}

/** Every department of the caller's scope in one month. @throws DomainError `forbidden` without the role */
export async function viewQuotas(
  deps: ReadDeps,
  caller: Caller,
  input: { month?: string; utility: Utility },
): Promise<QuotaList> {
  const { scope } = requirePermission(caller, 'VIEW_QUOTA');
  const { reader, engine } = deps;
  const { campus } = caller;
  const { utility } = input;
  const month = quotaMonth(campus.timeZone, engine.clock.now(), input.month);
  const [departments, directory, utilities] = await Promise.all([
    listDepartments(reader, scope),
    loadEnergyDirectory(reader, campus, utility),
    listQuotaUtilities(reader, campus.id, month.month),
  ]);
  const [uses, versions, asOfMs] = await Promise.all([
    loadDepartmentUse(reader, directory, monthSpans(month), { by: 'DAY', nowMs: month.nowMs }),
    listQuotaVersions(reader, campus.id, {
      utility,
      departmentIds: departments.map(({ id }) => id),
      fromMonth: month.month,
      toMonth: month.month,
    }),
    newestHourlyMs(
      reader,
      directory.points.flatMap(({ installs }) => installs.map(({ meterId }) => meterId)),
      month,
    ),
  ]);
  const newest = newestByDepartment(versions, month.month);
  const dayTypeOf = dayTypeIn(directory.calendar);
  const entries = departments
    .map((department): Entry => {
      const use = monthUse(uses.of(department.id), month, dayTypeOf);
      const version = newest.get(department.id);
      return {
        department,
        use,
        row: {
          code: department.code,
          name: department.name,
          nameEn: department.nameEn,
          usedMicro: use.usedMicro,
          forecast: use.outlook && {
            totalMicro: use.outlook.totalMicro,
            lowMicro: use.outlook.lowMicro,
            highMicro: use.outlook.highMicro,
            historyDays: use.outlook.historyDays,
          },
          standing: version ? standingOf(version, use) : null,
        },
      };
    })
    .filter(({ row }) => row.standing !== null || row.usedMicro > 0n || row.forecast !== null);
  return {
    month: month.month,
    state: month.state,
    utility,
    utilities,
    fromMs: month.fromMs,
    toMs: month.toMs,
    asOfMs,
    total: totalOf(entries),
    departments: entries.map(({ row }) => row).sort(byOverrun),
    maySet: month.state !== 'ENDED' && caller.permission('SET_QUOTA') !== null,
  };
}

/** Where a row stands at the end of the month, or stands now where nothing is forecast. */
function overrunPpm({ standing }: QuotaListRow): bigint | null {
  return standing && (standing.expectedPpm ?? standing.usedPpm);
}

function byOverrun(left: QuotaListRow, right: QuotaListRow): number {
  const [one, other] = [overrunPpm(left), overrunPpm(right)];
  if (one === null || other === null) {
    if (one !== other) return one === null ? 1 : -1;
    return left.usedMicro > right.usedMicro ? -1 : 1;
  }
  if (one !== other) return one > other ? -1 : 1;
  return left.code < right.code ? -1 : 1;
}

/** A department inside another that has a quota of its own is counted there already. */
function totalOf(entries: readonly Entry[]): QuotaList['total'] {
  const held = entries.filter(({ row }) => row.standing !== null);
  const ids = new Set(held.map(({ department }) => department.id));
  const top = held.filter(({ department }) =>
    department.path.every((id) => id === department.id || !ids.has(id)),
  );
  if (top.length === 0) return null;
  const sum = (pick: (entry: Entry) => bigint | null): bigint | null =>
    top.reduce<bigint | null>((total, entry) => {
      const value = pick(entry);
      return total === null || value === null ? null : total + value;
    }, 0n);
  const forecastMicro = sum(({ row }) => row.forecast?.totalMicro ?? null);
  const spread = (end: 'lowMicro' | 'highMicro') => spreadMicro(top, end);
  const low = spread('lowMicro');
  const high = spread('highMicro');
  return {
    limitMicro: sum(({ row }) => row.standing!.limitMicro)!,
    usedMicro: sum(({ row }) => row.usedMicro)!,
    forecastMicro,
    lowMicro: forecastMicro === null || low === null ? null : forecastMicro - low,
    highMicro: forecastMicro === null || high === null ? null : forecastMicro + high,
    departments: top.length,
  };
}

/** Half-width of the campus interval: departments err independently of each other, so their squares add. */
function spreadMicro(entries: readonly Entry[], end: 'lowMicro' | 'highMicro'): bigint | null {
  let squares = 0;
  for (const { row } of entries) {
    const edge = row.forecast?.[end] ?? null;
    if (!row.forecast || edge === null) return null;
    squares += Number(row.forecast.totalMicro - edge) ** 2;
  }
  return BigInt(Math.round(Math.sqrt(squares)));
}
