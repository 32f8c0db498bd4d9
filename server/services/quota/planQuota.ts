import { findDepartment, listQuotaVersions } from '../../../db/queries/quotaViews';
import { DomainError } from '../../../domain/errors';
import type { Utility } from '../../../domain/metering/reading';
import type { DayQuantity } from '../../../domain/network/forecast';
import type { MonthQuantity } from '../../../domain/network/quota';
import { dayTypeIn } from '../../../domain/network/workCalendar';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { loadDepartmentUse, loadEnergyDirectory } from './energyDirectory';
import { monthBars, WHOLE_MONTH_SHARE } from './monthBars';
import { monthSpans, monthUse } from './monthUse';
import { addMonths, dayStartMs, type MonthState, quotaMonth } from './quotaMonth';

/** What a preview needs, so that it can be worked out while a person types. Quantities in µ. */
export interface QuotaPlan {
  readonly department: { code: string; name: string; nameEn: string | null };
  readonly month: string;
  readonly state: MonthState;
  readonly utility: Utility;
  /** The version in force; null: none yet. */
  readonly current: { version: number; limitMicro: bigint; thresholds: readonly number[] } | null;
  /** Measured days of the month, then the expected ones; without history there are none of these. */
  readonly actualDays: readonly DayQuantity[];
  readonly forecastDays: readonly DayQuantity[];
  readonly hasForecast: boolean;
  /** Months before this one that were measured whole, within a year. */
  readonly wholeMonths: readonly MonthQuantity[];
  /** Days with data in that year, and their first, ms UTC; null without any. */
  readonly historyDays: number;
  readonly historyFromMs: number | null;
}

/** @throws DomainError `forbidden`; `notFound`; `refused` `MONTH_ENDED` */
export async function planQuota(
  deps: ReadDeps,
  caller: Caller,
  input: { department: string; month: string; utility: Utility },
): Promise<QuotaPlan> {
  const { scope } = requirePermission(caller, 'SET_QUOTA');
  const { reader, engine } = deps;
  const { campus } = caller;
  const { utility } = input;
  const month = quotaMonth(campus.timeZone, engine.clock.now(), input.month);
  if (month.state === 'ENDED')
    throw new DomainError('refused', 'MONTH_ENDED', `${input.month} is over: its quota is history.`);
  const department = await findDepartment(reader, scope, input.department);
  if (!department)
    throw new DomainError('notFound', 'DEPARTMENT', `There is no department ${input.department}.`);
  const directory = await loadEnergyDirectory(reader, campus, utility);
  const firstMonth = addMonths(month.month, -12);
  const yearSpan = {
    fromMs: dayStartMs(month.zone, `${firstMonth}-01`),
    toMs: Math.min(month.toMs, month.nowMs),
  };
  const [uses, year, versions] = await Promise.all([
    loadDepartmentUse(reader, directory, monthSpans(month), { by: 'DAY', nowMs: month.nowMs }),
    loadDepartmentUse(reader, directory, [yearSpan], { by: 'DAY', nowMs: month.nowMs }),
    listQuotaVersions(reader, campus.id, {
      utility,
      departmentIds: [department.id],
      fromMonth: month.month,
      toMonth: month.month,
    }),
  ]);
  const use = monthUse(uses.of(department.id), month, dayTypeIn(directory.calendar));
  const daily = year.of(department.id);
  const dates = [...new Set(daily.map(({ period }) => period))].sort();
  const lastMonth = quotaMonth(campus.timeZone, month.nowMs, addMonths(month.month, -1));
  const bars = monthBars(
    daily.map((one) => ({ ...one, period: one.period.slice(0, 7) })),
    [],
    lastMonth,
    (span) => year.pointsOf(department.id, span),
  );
  const [current] = versions;
  return {
    department: { code: department.code, name: department.name, nameEn: department.nameEn },
    month: month.month,
    state: month.state,
    utility,
    current: current
      ? { version: current.version, limitMicro: current.limitMicro, thresholds: current.thresholds }
      : null,
    actualDays: use.days.map(({ date, quantityMicro }) => ({ date, quantityMicro })),
    forecastDays: use.outlook?.days ?? [],
    hasForecast: use.outlook !== null,
    wholeMonths: bars
      .filter((bar) => bar.month < month.today.slice(0, 7))
      .filter(({ measuredShare, usedMicro }) => measuredShare >= WHOLE_MONTH_SHARE && usedMicro > 0n)
      .map((bar) => ({ month: bar.month, quantityMicro: bar.usedMicro })),
    historyDays: dates.length,
    historyFromMs: dates[0] === undefined ? null : dayStartMs(month.zone, dates[0]),
  };
}
