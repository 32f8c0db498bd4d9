import { withTransaction } from '../../db/client';
import { allCampuses } from '../../db/queries/campus';
import { insertNotice, type NewNotice } from '../../db/queries/notices';
import {
  type DepartmentRow,
  listDepartments,
  listQuotaNotices,
  listQuotaUtilities,
  listQuotaVersions,
  type QuotaVersion,
} from '../../db/queries/quotaViews';
import { campusScope } from '../../db/queries/scope';
import type { Utility } from '../../domain/metering/reading';
import { quotaNotice, quotaStatus } from '../../domain/network/quota';
import { likelyExceeds } from '../../domain/network/quotaOutlook';
import { dayTypeIn } from '../../domain/network/workCalendar';
import { textFromMicro } from '../../domain/units';
import type { SessionCampus } from '../auth/session';
import { loadDepartmentUse, loadEnergyDirectory } from '../services/quota/energyDirectory';
import { type MonthUse, monthSpans, monthUse } from '../services/quota/monthUse';
import { type QuotaMonth, quotaMonth } from '../services/quota/quotaMonth';
import { newestByDepartment } from '../services/quota/quotaStanding';
import type { Job, JobDeps } from './job';

const HEAD = 'DEPARTMENT_HEAD';
const MANAGER = 'ENERGY_MANAGER';
/** From this threshold on the manager is told as well, with something to do. */
const MANAGER_FROM_PERCENT = 90;
/** Above this share of after-hours use, that is the first thing to look at. */
const AFTER_HOURS_SHARE_PERCENT = 40n;

/**
 * Tells heads and managers how their quota stands: 80 % to the head, 90 % to the head and the manager with what to look at
 * first, 100 % to both each day, and once per version that the month is likely to end above it. Notices, never alarms; the
 * dedupe key of each makes the job safe to run at any time, by several servers.
 */
export async function quotaNotices(deps: Pick<JobDeps, 'database' | 'engine'>): Promise<{ told: number }> {
  const { database, engine } = deps;
  const campuses = await withTransaction(database, (tx) => allCampuses(tx.client));
  let told = 0;
  for (const campus of campuses) {
    const month = quotaMonth(campus.timeZone, engine.clock.now());
    for (const utility of await listQuotaUtilities(database, campus.id, month.month))
      told += await tellCampus(deps, campus, utility, month);
  }
  return { told };
}

async function tellCampus(
  { database }: Pick<JobDeps, 'database'>,
  campus: SessionCampus,
  utility: Utility,
  month: QuotaMonth,
): Promise<number> {
  const departments = await listDepartments(database, campusScope(campus.id, new Date(month.nowMs)));
  const filter = { utility, departmentIds: departments.map(({ id }) => id) };
  const [directory, versions, sent] = await Promise.all([
    loadEnergyDirectory(database, campus, utility),
    listQuotaVersions(database, campus.id, { ...filter, fromMonth: month.month, toMonth: month.month }),
    listQuotaNotices(database, campus.id, { ...filter, month: month.month }),
  ]);
  const uses = await loadDepartmentUse(database, directory, monthSpans(month), {
    by: 'DAY',
    nowMs: month.nowMs,
  });
  const newest = newestByDepartment(versions, month.month);
  let told = 0;
  for (const department of departments) {
    const version = newest.get(department.id);
    if (!version) continue;
    const use = monthUse(uses.of(department.id), month, dayTypeIn(directory.calendar));
    const known = sent
      .filter((one) => one.departmentId === department.id && one.version === version.version)
      .flatMap(({ percent }) => (percent === null ? [] : [percent]));
    for (const notice of noticesOf({ campus, department, utility, month, version, use, known }))
      if (await insertNotice(database.pool, notice)) told += 1;
  }
  return told;
}

/** Thresholds are judged as often as a person could look. */
export const quotaNoticesJob: Job = {
  name: 'quotaNotices',
  everyMs: 60_000,
  firstAfterMs: 5_000,
  async run(deps) {
    await quotaNotices(deps);
  },
};

interface Standing {
  readonly campus: SessionCampus;
  readonly department: DepartmentRow;
  readonly utility: Utility;
  readonly month: QuotaMonth;
  readonly version: QuotaVersion;
  readonly use: MonthUse;
  /** Thresholds told under this version. */
  readonly known: readonly number[];
}

function noticesOf(standing: Standing): NewNotice[] {
  const { version, use, known, month } = standing;
  const quota = {
    limitMicro: version.limitMicro,
    thresholdsPercent: [...version.thresholds].sort((a, b) => a - b),
  };
  const status = quotaStatus(quota, use.usedMicro);
  const exceeded = status.reachedPercent.includes(100);
  // Above 100 % the reminder goes out daily; below it the highest threshold newly reached is told once.
  const percent = exceeded ? 100 : quotaNotice(status, known);
  const notices: NewNotice[] = [];
  if (percent !== null) {
    const roles = percent >= MANAGER_FROM_PERCENT ? [HEAD, MANAGER] : [HEAD];
    for (const role of roles)
      notices.push(
        notice(standing, 'QUOTA', role, exceeded ? `100:${month.today}` : String(percent), { percent }),
      );
  }
  if (!exceeded && use.outlook && likelyExceeds(version.limitMicro, use.outlook)) {
    const expected = textFromMicro(use.outlook.totalMicro);
    for (const role of [HEAD, MANAGER])
      notices.push(notice(standing, 'QUOTA_FORECAST', role, 'forecast', { expected }));
  }
  return notices;
}

function notice(
  { campus, department, utility, month, version, use }: Standing,
  kind: 'QUOTA' | 'QUOTA_FORECAST',
  role: string,
  step: string,
  facts: Record<string, string | number>,
): NewNotice {
  return {
    campusId: campus.id,
    kind,
    accountId: null,
    departmentId: department.id,
    atMs: month.nowMs,
    dedupeKey: `quota:${department.id}:${utility}:${month.month}:${version.version}:${step}:${role}`,
    body: {
      department: department.code,
      utility,
      month: month.month,
      version: version.version,
      role,
      used: textFromMicro(use.usedMicro),
      limit: textFromMicro(version.limitMicro),
      advice: adviceOf(use),
      ...facts,
    },
  };
}

/** What to look at first: code of a text. */
function adviceOf({ used, usedMicro }: MonthUse): 'CHECK_AFTER_HOURS' | 'CHECK_CIRCUITS' {
  return used.afterMicro * 100n > usedMicro * AFTER_HOURS_SHARE_PERCENT
    ? 'CHECK_AFTER_HOURS'
    : 'CHECK_CIRCUITS';
}
