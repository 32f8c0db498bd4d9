import type pg from 'pg';
import { instantOf, jsonRows, msOf } from './jsonRows';

export type SpaceKind = 'CAMPUS' | 'BUILDING' | 'FLOOR' | 'ROOM' | 'ZONE';

/** A place, its parent named by code. */
export interface SpaceRow {
  readonly code: string;
  readonly parent: string | null;
  readonly kind: SpaceKind;
  readonly name: string;
  readonly nameEn: string | null;
  readonly areaM2: number | null;
  readonly headCapacity: number | null;
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
  readonly position: number;
}

export async function spacesOf(client: pg.ClientBase, campusId: number): Promise<SpaceRow[]> {
  const { rows } = await client.query<SpaceRow>(
    `select s.code, p.code as parent, s.kind, s.name, s.name_en as "nameEn", s.area_m2 as "areaM2",
            s.head_capacity as "headCapacity", s.geometry, s.position
       from space s left join space p on p.id = s.parent_id where s.campus_id = $1 order by s.position, s.id`,
    [campusId],
  );
  return rows;
}

/** Id of the place with this code, or null. */
export async function spaceIdByCode(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  code: string,
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    'select id from space where campus_id = $1 and code = $2',
    [campusId, code],
  );
  return rows[0]?.id ?? null;
}

/** Adds and changes places, then builds anew the paths of whatever hangs elsewhere. The tree must have no cycle. */
export async function upsertSpaces(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly SpaceRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const json = jsonRows(rows);
  await client.query(
    `insert into space (campus_id, code, kind, name, name_en, area_m2, head_capacity, geometry, position, path)
     select $1, code, kind, name, "nameEn", "areaM2", "headCapacity", geometry, position, '{}'
       from json_to_recordset($2::json)
              as x(code text, kind space_kind, name text, "nameEn" text, "areaM2" int, "headCapacity" int,
                   geometry jsonb, position int)
     on conflict (campus_id, code) do update
       set kind = excluded.kind, name = excluded.name, name_en = excluded.name_en, area_m2 = excluded.area_m2,
           head_capacity = excluded.head_capacity, geometry = excluded.geometry, position = excluded.position`,
    [campusId, json],
  );
  await client.query(
    `update space s set parent_id = p.id
       from json_to_recordset($2::json) as x(code text, parent text)
       left join space p on p.campus_id = $1 and p.code = x.parent
      where s.campus_id = $1 and s.code = x.code and s.parent_id is distinct from p.id`,
    [campusId, json],
  );
  await rebuildPaths(client, 'space', campusId);
}

async function rebuildPaths(
  client: pg.ClientBase,
  table: 'space' | 'department',
  campusId: number,
): Promise<void> {
  await client.query(
    `with recursive tree(id, path) as (
       select id, array[id] from ${table} where campus_id = $1 and parent_id is null
       union all
       select c.id, t.path || c.id from ${table} c join tree t on c.parent_id = t.id)
     update ${table} s set path = t.path from tree t where t.id = s.id and s.path is distinct from t.path`,
    [campusId],
  );
}

/** An organisational unit, its parent named by code. */
export interface DepartmentRow {
  readonly code: string;
  readonly parent: string | null;
  readonly name: string;
  readonly nameEn: string | null;
  readonly costCenter: string | null;
}

export async function departmentsOf(client: pg.ClientBase, campusId: number): Promise<DepartmentRow[]> {
  const { rows } = await client.query<DepartmentRow>(
    `select d.code, p.code as parent, d.name, d.name_en as "nameEn", d.cost_center as "costCenter"
       from department d left join department p on p.id = d.parent_id where d.campus_id = $1 order by d.id`,
    [campusId],
  );
  return rows;
}

export async function upsertDepartments(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly DepartmentRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const json = jsonRows(rows);
  await client.query(
    `insert into department (campus_id, code, name, name_en, cost_center, path)
     select $1, code, name, "nameEn", "costCenter", '{}'
       from json_to_recordset($2::json) as x(code text, name text, "nameEn" text, "costCenter" text)
     on conflict (campus_id, code) do update
       set name = excluded.name, name_en = excluded.name_en, cost_center = excluded.cost_center`,
    [campusId, json],
  );
  await client.query(
    `update department d set parent_id = p.id
       from json_to_recordset($2::json) as x(code text, parent text)
       left join department p on p.campus_id = $1 and p.code = x.parent
      where d.campus_id = $1 and d.code = x.code and d.parent_id is distinct from p.id`,
    [campusId, json],
  );
  await rebuildPaths(client, 'department', campusId);
}

/** What a department answers for now: a place or a single point, by code. */
export interface AssignmentRow {
  readonly department: string;
  readonly space: string | null;
  readonly point: string | null;
  readonly sharePpm: number;
  readonly fromMs: number;
}

/** Assignments without an end. */
export async function openAssignments(client: pg.ClientBase, campusId: number): Promise<AssignmentRow[]> {
  const { rows } = await client.query<AssignmentRow>(
    `select d.code as department, s.code as space, p.code as point, a.share_ppm as "sharePpm",
            ${msOf('a.valid_from')} as "fromMs"
       from department_assignment a
       join department d on d.id = a.department_id
       left join space s on s.id = a.space_id
       left join meter_point p on p.id = a.point_id
      where d.campus_id = $1 and a.valid_to is null order by a.id`,
    [campusId],
  );
  return rows;
}

/** Ends open assignments at their `toMs` and opens new ones. */
export async function changeAssignments(
  client: pg.ClientBase,
  campusId: number,
  ended: readonly (Omit<AssignmentRow, 'sharePpm' | 'fromMs'> & { toMs: number })[],
  opened: readonly AssignmentRow[],
): Promise<void> {
  if (ended.length > 0)
    await client.query(
      `update department_assignment a set valid_to = ${instantOf('x."toMs"')}
         from json_to_recordset($2::json) as x(department text, space text, point text, "toMs" float8)
         join department d on d.campus_id = $1 and d.code = x.department
         left join space s on s.campus_id = $1 and s.code = x.space
         left join meter_point p on p.campus_id = $1 and p.code = x.point
        where a.department_id = d.id and a.space_id is not distinct from s.id
          and a.point_id is not distinct from p.id and a.valid_to is null`,
      [campusId, jsonRows(ended)],
    );
  if (opened.length > 0)
    await client.query(
      `insert into department_assignment (department_id, space_id, point_id, share_ppm, valid_from)
       select d.id, s.id, p.id, x."sharePpm", ${instantOf('x."fromMs"')}
         from json_to_recordset($2::json)
                as x(department text, space text, point text, "sharePpm" int, "fromMs" float8)
         join department d on d.campus_id = $1 and d.code = x.department
         left join space s on s.campus_id = $1 and s.code = x.space
         left join meter_point p on p.campus_id = $1 and p.code = x.point`,
      [campusId, jsonRows(opened)],
    );
}

/** The newest version of a quota; exactly one of department and space is set. */
export interface QuotaRow {
  readonly department: string | null;
  readonly space: string | null;
  readonly utility: string;
  readonly month: string;
  readonly version: number;
  readonly limitMicro: bigint;
  readonly thresholds: readonly number[];
  readonly action: 'SOFT' | 'HARD';
  readonly reason: string | null;
}

export async function currentQuotas(client: pg.ClientBase, campusId: number): Promise<QuotaRow[]> {
  const { rows } = await client.query<QuotaRow>(
    `select distinct on (q.department_id, q.space_id, q.utility, q.month)
            d.code as department, s.code as space, q.utility, q.month, q.version, q.limit_micro as "limitMicro",
            q.thresholds, q.action, q.reason
       from quota q left join department d on d.id = q.department_id left join space s on s.id = q.space_id
      where q.campus_id = $1 order by q.department_id, q.space_id, q.utility, q.month, q.version desc`,
    [campusId],
  );
  return rows;
}

export async function addQuotas(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly QuotaRow[],
  by: string,
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into quota (campus_id, department_id, space_id, utility, month, version, limit_micro, thresholds, action,
                        set_by, set_at, reason)
     select $1, d.id, s.id, x.utility, x.month, x.version, x."limitMicro", x.thresholds, x.action, $3,
            ${instantOf('$4::float8')}, x.reason
       from json_to_recordset($2::json)
              as x(department text, space text, utility text, month text, version int, "limitMicro" bigint,
                   thresholds int[], action text, reason text)
       left join department d on d.campus_id = $1 and d.code = x.department
       left join space s on s.campus_id = $1 and s.code = x.space`,
    [campusId, jsonRows(rows), by, nowMs],
  );
}
