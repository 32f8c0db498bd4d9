import { newestHourlyMs } from '../../../db/queries/departmentEnergy';
import {
  type DepartmentRow,
  findDepartment,
  listQuotaNotices,
  listQuotaVersions,
  namesOfRole,
  type QuotaNotice,
  type QuotaVersion,
} from '../../../db/queries/quotaViews';
import { campusScope } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import type { Utility } from '../../../domain/metering/reading';
import {
  type ExcessParts,
  excessParts,
  type MonthOutlook,
  type OutlookPoint,
  outlookCourse,
} from '../../../domain/network/quotaOutlook';
import { quotaVerdict, type Verdict } from '../../../domain/network/verdict';
import { dayTypeIn } from '../../../domain/network/workCalendar';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { type CircuitTable, circuitTable } from './circuitTable';
import { loadDepartmentUse, loadEnergyDirectory } from './energyDirectory';
import { type MonthBar, monthBars } from './monthBars';
import { type DayUse, type MonthUse, monthSpans, monthUse } from './monthUse';
import { addMonths, dayStartMs, type MonthState, quotaMonth } from './quotaMonth';
import { newestByDepartment, type QuotaStanding, standingOf } from './quotaStanding';

/** All that `/quota/[dept]` and its report show. Quantities in µ, times in ms UTC. */
export interface DepartmentQuota {
  readonly department: Pick<DepartmentRow, 'code' | 'name' | 'nameEn' | 'heads'>;
  readonly month: string;
  readonly state: MonthState;
  readonly utility: Utility;
  readonly today: string;
  readonly nowMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Newest reading that is counted. */
  readonly asOfMs: number | null;
  readonly used: { workingMicro: bigint; afterMicro: bigint };
  readonly usedMicro: bigint;
  readonly days: readonly (DayUse & { startMs: number })[];
  readonly outlook:
    | (Omit<MonthOutlook, 'days'> & { course: readonly (OutlookPoint & { startMs: number })[] })
    | null;
  readonly standing: QuotaStanding | null;
  /** Null without a quota. */
  readonly verdict: Verdict | null;
  /** How forecast and quota divide into working hours and after hours; null without earlier use. */
  readonly excess: ExcessParts | null;
  readonly circuits: CircuitTable;
  readonly months: readonly MonthBar[];
  /** Versions of this month's quota, newest first. */
  readonly versions: readonly QuotaVersion[];
  readonly notices: readonly QuotaNotice[];
  readonly managers: readonly string[];
  readonly maySet: boolean;
}

/**
 * One department in one month.
 * @throws DomainError `notFound` for a code that the campus does not know, `forbidden` `OUT_OF_SCOPE` for another's department
 */
export async function viewDepartment(
  deps: ReadDeps,
  caller: Caller,
  input: { department: string; month?: string; utility: Utility },
): Promise<DepartmentQuota> {
  const { reader, engine } = deps;
  const { campus } = caller;
  const department = await departmentFor(deps, caller, input.department);
  const month = quotaMonth(campus.timeZone, engine.clock.now(), input.month);
  const { utility } = input;
  const directory = await loadEnergyDirectory(reader, campus, utility);
  const firstMonth = addMonths(month.month, -23);
  const yearsSpan = {
    fromMs: dayStartMs(month.zone, `${firstMonth}-01`),
    toMs: Math.max(month.fromMs, Math.min(month.toMs, month.nowMs)),
  };
  const departmentIds = [department.id];
  const [uses, monthly, versions, notices, managers] = await Promise.all([
    loadDepartmentUse(reader, directory, monthSpans(month), { by: 'DAY', nowMs: month.nowMs }),
    loadDepartmentUse(reader, directory, [yearsSpan], { by: 'MONTH', nowMs: month.nowMs }),
    listQuotaVersions(reader, campus.id, {
      utility,
      departmentIds,
      fromMonth: firstMonth,
      toMonth: month.month,
    }),
    listQuotaNotices(reader, campus.id, { utility, departmentIds, month: month.month }),
    namesOfRole(reader, campus.id, 'ENERGY_MANAGER', new Date(month.nowMs)),
  ]);
  const own = uses.of(department.id);
  const use = monthUse(own, month, dayTypeIn(directory.calendar));
  const points = uses.pointsOf(department.id, {
    fromMs: month.fromMs,
    toMs: Math.max(month.fromMs, Math.min(month.toMs, month.nowMs)),
  });
  const circuits = circuitTable(own, points, month);
  const asOfMs = await newestHourlyMs(
    reader,
    points.flatMap(({ point }) => point.installs.map(({ meterId }) => meterId)),
    month,
  );
  const version = newestByDepartment(versions, month.month).get(department.id);
  const standing = version ? standingOf(version, use) : null;
  const excess = standing && excessOf(standing, use);
  const { code, name, nameEn, heads } = department;
  return {
    department: { code, name, nameEn, heads },
    month: month.month,
    state: month.state,
    utility,
    today: month.today,
    nowMs: month.nowMs,
    fromMs: month.fromMs,
    toMs: month.toMs,
    asOfMs,
    used: use.used,
    usedMicro: use.usedMicro,
    days: use.days.map((day) => ({ ...day, startMs: dayStartMs(month.zone, day.date) })),
    outlook: use.outlook && {
      totalMicro: use.outlook.totalMicro,
      lowMicro: use.outlook.lowMicro,
      highMicro: use.outlook.highMicro,
      historyDays: use.outlook.historyDays,
      course: outlookCourse(use.outlook, use.usedMicro).map((point) => ({
        ...point,
        startMs: dayStartMs(month.zone, point.date),
      })),
    },
    standing,
    verdict: standing && verdictOf(standing, excess, circuits, month.state),
    excess,
    circuits,
    months: monthBars(monthly.of(department.id), versions, month, (span) =>
      monthly.pointsOf(department.id, span),
    ),
    versions: versions.filter((one) => one.month === month.month),
    notices,
    managers,
    maySet: month.state !== 'ENDED' && caller.permission('SET_QUOTA') !== null,
  };
}

/** The department, if the caller may see its quota; another's is refused by name, so that its page can say whom to ask. */
export async function departmentFor(deps: ReadDeps, caller: Caller, code: string): Promise<DepartmentRow> {
  const { scope } = requirePermission(caller, 'VIEW_QUOTA');
  const department = await findDepartment(deps.reader, scope, code);
  if (department) return department;
  const anywhere = await findDepartment(deps.reader, campusScope(scope.campusId, scope.at), code);
  if (!anywhere) throw new DomainError('notFound', 'DEPARTMENT', `There is no department ${code}.`);
  const managers = await namesOfRole(deps.reader, scope.campusId, 'ENERGY_MANAGER', scope.at);
  throw new DomainError('forbidden', 'OUT_OF_SCOPE', `${code} is not your department.`, {
    action: 'VIEW_QUOTA',
    department: anywhere.name,
    departmentEn: anywhere.nameEn ?? anywhere.name,
    ask: [...anywhere.heads, ...managers].join(', '),
  });
}

function excessOf(standing: QuotaStanding, use: MonthUse): ExcessParts | null {
  if (!use.outlook || !use.expected) return null;
  return excessParts(standing.limitMicro, use.outlook.totalMicro, use.used, use.expected, use.typical);
}

function verdictOf(
  standing: QuotaStanding,
  excess: ExcessParts | null,
  circuits: CircuitTable,
  state: MonthState,
): Verdict {
  const { measured, expected } = circuits.total.completeness;
  return quotaVerdict({
    usedPpm: standing.usedPpm,
    expectedPpm: standing.expectedPpm,
    crossings: standing.crossings,
    mainCause: excess && mainCause(excess),
    completenessPpm: expected === 0 ? 1_000_000 : Math.floor((measured / expected) * 1_000_000),
    ended: state === 'ENDED',
  });
}

/** The part of the day that explains more than half of the excess. */
function mainCause({ forecast, plan }: ExcessParts): { label: string; sharePpm: number } | null {
  const working = Number(forecast.workingMicro - plan.workingMicro);
  const after = Number(forecast.afterMicro - plan.afterMicro);
  if (working + after <= 0) return null;
  const label = after > working ? 'AFTER_HOURS' : 'WORKING_HOURS';
  const share = Math.min(1, Math.max(working, after) / (working + after));
  return { label, sharePpm: Math.round(share * 1_000_000) };
}
