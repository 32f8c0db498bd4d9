import type { DepartmentQuota } from './quotaTypes';
import { largestMicro, type QuotaUnit, quotaUnit } from './quotaUnit';

/** The one unit of a department's page and report: that of its largest quantity. */
export function unitOf(view: DepartmentQuota): QuotaUnit {
  return quotaUnit(
    view.utility,
    largestMicro(
      view.usedMicro,
      view.standing?.limitMicro,
      view.outlook?.totalMicro,
      view.outlook?.highMicro,
      ...view.months.flatMap((bar) => [bar.usedMicro, bar.lastYearMicro]),
    ),
  );
}
