import { sql } from 'drizzle-orm';
import type { Utility } from '../../domain/metering/reading';
import type { Tx } from '../client';
import { quota } from '../schema/space';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** A department as its pages show it. */
export interface DepartmentRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** Ids from the root to itself. */
  readonly path: readonly number[];
  /** Shown names of its heads, those of departments above it left out. */
  readonly heads: readonly string[];
}

function departmentColumns(at: Date) {
  return sql`d.id, d.code, d.name, d.name_en as "nameEn", d.path,
    coalesce((select array_agg(u.display_name order by u.code) from role_binding b join app_user u on u.id = b.user_id
               where b.role = 'DEPARTMENT_HEAD' and b.department_id = d.id and not u.disabled
                 and b.valid_from <= ${at} and (b.valid_to is null or b.valid_to > ${at})), '{}'::text[]) as heads`;
}

/** Departments within the scope, by code. */
export async function listDepartments(source: Source, scope: ScopeFilter): Promise<DepartmentRow[]> {
  return selectRows<DepartmentRow>(
    source,
    sql`select ${departmentColumns(scope.at)} from department d
     where ${withinScope(scope, { campusId: sql`d.campus_id`, departmentId: sql`d.id` })} order by d.code`,
  );
}

/** The department of this code within the scope, or null. */
export async function findDepartment(
  source: Source,
  scope: ScopeFilter,
  code: string,
): Promise<DepartmentRow | null> {
  const [row] = await selectRows<DepartmentRow>(
    source,
    sql`select ${departmentColumns(scope.at)} from department d
     where d.code = ${code} and ${withinScope(scope, { campusId: sql`d.campus_id`, departmentId: sql`d.id` })}`,
  );
  return row ?? null;
}

/** Shown names of the campus-wide holders of a role: whom to ask. */
export async function namesOfRole(
  source: Source,
  campusId: number,
  role: 'ENERGY_MANAGER',
  at: Date,
): Promise<string[]> {
  const rows = await selectRows<{ name: string }>(
    source,
    sql`select distinct u.display_name as name from role_binding b join app_user u on u.id = b.user_id
     where u.campus_id = ${campusId} and b.role = ${role}::role and not u.disabled
       and b.space_id is null and b.department_id is null
       and b.valid_from <= ${at} and (b.valid_to is null or b.valid_to > ${at}) order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** One version of a department's quota for a month. */
export interface QuotaVersion {
  readonly departmentId: number;
  readonly month: string;
  readonly version: number;
  readonly limitMicro: bigint;
  readonly thresholds: readonly number[];
  readonly action: 'SOFT' | 'HARD';
  /** Shown name of who set it, or the opaque actor. */
  readonly setBy: string;
  readonly setAtMs: number;
  readonly reason: string | null;
}

/** All versions of the departments' quotas for months within [fromMonth, toMonth], newest version first. */
export async function listQuotaVersions(
  source: Source,
  campusId: number,
  filter: { utility: Utility; departmentIds: readonly number[]; fromMonth: string; toMonth: string },
): Promise<QuotaVersion[]> {
  return selectRows<QuotaVersion>(
    source,
    sql`select q.department_id as "departmentId", q.month, q.version, q.limit_micro as "limitMicro", q.thresholds,
           q.action, coalesce(u.display_name, q.set_by) as "setBy",
           (extract(epoch from q.set_at) * 1000)::float8 as "setAtMs", q.reason
      from quota q left join app_user u on q.set_by = 'user:' || u.code
     where q.campus_id = ${campusId} and q.utility = ${filter.utility} and q.space_id is null
       and q.department_id = any(${`{${filter.departmentIds.join(',')}}`}::int[])
       and q.month between ${filter.fromMonth} and ${filter.toMonth}
     order by q.department_id, q.month, q.version desc`,
  );
}

/** Utilities for which the campus has any department quota in a month, in the order of their names. */
export async function listQuotaUtilities(
  source: Source,
  campusId: number,
  month: string,
): Promise<Utility[]> {
  const rows = await selectRows<{ utility: Utility }>(
    source,
    sql`select distinct utility from quota
     where campus_id = ${campusId} and month = ${month} and department_id is not null order by 1`,
  );
  return rows.map(({ utility }) => utility);
}

/** A quota to put in force as the next version of its month. */
export interface NewQuota {
  readonly campusId: number;
  readonly departmentId: number;
  readonly utility: Utility;
  readonly month: string;
  readonly version: number;
  readonly limitMicro: bigint;
  readonly thresholds: readonly number[];
  readonly action: 'SOFT' | 'HARD';
  readonly setBy: string;
  readonly setAt: Date;
  readonly reason: string;
}

/** Stores a version. @throws the database's unique violation (`quota_version`) when another person was faster */
export async function addQuotaVersion(tx: Tx, row: NewQuota): Promise<void> {
  await tx.db.insert(quota).values({ ...row, thresholds: [...row.thresholds] });
}

/** A quota notice that went out. */
export interface QuotaNotice {
  readonly departmentId: number;
  readonly atMs: number;
  /** Percent of the limit; null: a forecast notice. */
  readonly percent: number | null;
  /** Version of the quota that it was judged by. */
  readonly version: number;
  /** Who was told: UPPER_SNAKE role. */
  readonly role: string;
}

/** Quota notices of a month about the departments, oldest first. */
export async function listQuotaNotices(
  source: Source,
  campusId: number,
  filter: { utility: Utility; departmentIds: readonly number[]; month: string },
): Promise<QuotaNotice[]> {
  return selectRows<QuotaNotice>(
    source,
    sql`select department_id as "departmentId", at_ms::float8 as "atMs", (body->>'percent')::int as percent,
           (body->>'version')::int as version, body->>'role' as role
      from notice
     where campus_id = ${campusId} and kind in ('QUOTA', 'QUOTA_FORECAST')
       and department_id = any(${`{${filter.departmentIds.join(',')}}`}::int[])
       and body->>'month' = ${filter.month} and body->>'utility' = ${filter.utility}
     order by at_ms, id`,
  );
}
