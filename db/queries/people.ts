import type pg from 'pg';
import { instantOf, jsonRows, msOf } from './jsonRows';

export type Role =
  | 'STUDENT'
  | 'DEPARTMENT_HEAD'
  | 'WARDEN'
  | 'SECURITY'
  | 'MAINTAINER'
  | 'ENERGY_MANAGER'
  | 'FINANCE'
  | 'AUDITOR'
  | 'ADMIN';

export interface PersonRow {
  readonly code: string;
  readonly name: string;
  readonly contact: string | null;
}

export async function personsOf(client: pg.ClientBase, campusId: number): Promise<PersonRow[]> {
  const { rows } = await client.query<PersonRow>(
    'select code, name, contact from person where campus_id = $1 order by id',
    [campusId],
  );
  return rows;
}

export async function upsertPersons(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly PersonRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into person (campus_id, code, name, contact)
     select $1, code, name, contact from json_to_recordset($2::json) as x(code text, name text, contact text)
     on conflict (campus_id, code) do update set name = excluded.name, contact = excluded.contact`,
    [campusId, jsonRows(rows)],
  );
}

/** Who lives under an account, [fromMs, toMs); told apart by account, person and start. */
export interface OccupancyRow {
  readonly account: string;
  readonly person: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly sharePpm: number | null;
}

export async function occupanciesOf(
  client: pg.ClientBase,
  campusId: number,
  accounts: readonly string[],
): Promise<OccupancyRow[]> {
  const { rows } = await client.query<OccupancyRow>(
    `select a.code as account, p.code as person, ${msOf('o.valid_from')} as "fromMs", ${msOf('o.valid_to')} as "toMs",
            o.share_ppm as "sharePpm"
       from occupancy o join account a on a.id = o.account_id join person p on p.id = o.person_id
      where a.campus_id = $1 and a.code = any($2::text[]) order by o.id`,
    [campusId, accounts],
  );
  return rows;
}

/** Whether somebody who lives under an account moved in after one instant and not after the other (ms UTC). */
export async function movedInBetween(
  client: pg.ClientBase,
  accountId: number,
  afterMs: number,
  untilMs: number,
): Promise<boolean> {
  const { rows } = await client.query(
    'select 1 from occupancy where account_id = $1 and valid_from > $2 and valid_from <= $3 limit 1',
    [accountId, new Date(afterMs), new Date(untilMs)],
  );
  return rows.length > 0;
}

export async function changeOccupancies(
  client: pg.ClientBase,
  campusId: number,
  changed: readonly OccupancyRow[],
  added: readonly OccupancyRow[],
): Promise<void> {
  const columns = 'account text, person text, "fromMs" float8, "toMs" float8, "sharePpm" int';
  if (changed.length > 0)
    await client.query(
      `update occupancy o set valid_to = ${instantOf('x."toMs"')}, share_ppm = x."sharePpm"
         from json_to_recordset($2::json) as x(${columns})
         join account a on a.campus_id = $1 and a.code = x.account
         join person p on p.campus_id = $1 and p.code = x.person
        where o.account_id = a.id and o.person_id = p.id and o.valid_from = ${instantOf('x."fromMs"')}`,
      [campusId, jsonRows(changed)],
    );
  if (added.length > 0)
    await client.query(
      `insert into occupancy (account_id, person_id, valid_from, valid_to, share_ppm)
       select a.id, p.id, ${instantOf('x."fromMs"')}, ${instantOf('x."toMs"')}, x."sharePpm"
         from json_to_recordset($2::json) as x(${columns})
         join account a on a.campus_id = $1 and a.code = x.account
         join person p on p.campus_id = $1 and p.code = x.person`,
      [campusId, jsonRows(added)],
    );
}

/** A role in a scope; both null: the campus. */
export interface RoleRow {
  readonly role: Role;
  readonly space: string | null;
  readonly department: string | null;
}

/** A sign-in with the roles in force. */
export interface UserAccountRow {
  readonly code: string;
  readonly person: string | null;
  readonly displayName: string;
  readonly disabled: boolean;
  readonly roles: readonly RoleRow[];
}

export async function userAccountsOf(
  client: pg.ClientBase,
  campusId: number,
  nowMs: number,
): Promise<UserAccountRow[]> {
  const users = await client.query<Omit<UserAccountRow, 'roles'>>(
    `select u.code, p.code as person, u.display_name as "displayName", u.disabled
       from app_user u left join person p on p.id = u.person_id where u.campus_id = $1 order by u.id`,
    [campusId],
  );
  const bindings = await client.query<RoleRow & { user: string }>(
    `select u.code as "user", b.role, s.code as space, d.code as department
       from role_binding b join app_user u on u.id = b.user_id
       left join space s on s.id = b.space_id left join department d on d.id = b.department_id
      where u.campus_id = $1 and (b.valid_to is null or b.valid_to > to_timestamp($2 / 1000.0)) order by b.id`,
    [campusId, nowMs],
  );
  const rolesOf = new Map<string, RoleRow[]>(users.rows.map((row) => [row.code, []]));
  for (const { user, ...role } of bindings.rows) rolesOf.get(user)!.push(role);
  return users.rows.map((row) => ({ ...row, roles: rolesOf.get(row.code)! }));
}

/** Whether anybody of a campus ever had a role, anywhere on it. */
export async function wasEverHeld(client: pg.ClientBase, campusId: number, role: Role): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from role_binding b join app_user u on u.id = b.user_id where u.campus_id = $1 and b.role = $2 limit 1`,
    [campusId, role],
  );
  return (rowCount ?? 0) > 0;
}

/** Which of these sign-in names belong to another campus: they are unique over all. */
export async function foreignSignIns(
  client: pg.ClientBase,
  campusId: number | null,
  codes: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ code: string }>(
    'select code from app_user where code = any($2::text[]) and campus_id is distinct from $1::int',
    [campusId, codes],
  );
  return new Set(rows.map((row) => row.code));
}

/** Adds sign-ins. */
export async function insertUsers(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly (Omit<UserAccountRow, 'roles'> & { passwordHash: string })[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into app_user (campus_id, code, person_id, display_name, password_hash, disabled)
     select $1, x.code, p.id, x."displayName", x."passwordHash", x.disabled
       from json_to_recordset($2::json)
              as x(code text, person text, "displayName" text, "passwordHash" text, disabled boolean)
       left join person p on p.campus_id = $1 and p.code = x.person`,
    [campusId, jsonRows(rows)],
  );
}

/** Changes sign-ins; where `endSessions` is set, older sessions end. */
export async function updateUsers(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly (Omit<UserAccountRow, 'roles'> & { endSessions: boolean })[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `update app_user u set person_id = p.id, display_name = x."displayName", disabled = x.disabled,
            session_version = session_version + case when x."endSessions" then 1 else 0 end
       from json_to_recordset($2::json)
              as x(code text, person text, "displayName" text, disabled boolean, "endSessions" boolean)
       left join person p on p.campus_id = $1 and p.code = x.person
      where u.campus_id = $1 and u.code = x.code`,
    [campusId, jsonRows(rows)],
  );
}

/** Ends roles and gives new ones at an instant. */
export async function changeRoles(
  client: pg.ClientBase,
  campusId: number,
  ended: readonly (RoleRow & { user: string })[],
  given: readonly (RoleRow & { user: string })[],
  nowMs: number,
): Promise<void> {
  const columns = '"user" text, role role, space text, department text';
  const joins = `join app_user u on u.campus_id = $1 and u.code = x."user"
       left join space s on s.campus_id = $1 and s.code = x.space
       left join department d on d.campus_id = $1 and d.code = x.department`;
  if (ended.length > 0)
    await client.query(
      `update role_binding b set valid_to = greatest(b.valid_from, ${instantOf('$3::float8')})
         from json_to_recordset($2::json) as x(${columns}) ${joins}
        where b.user_id = u.id and b.role = x.role and b.space_id is not distinct from s.id
          and b.department_id is not distinct from d.id and (b.valid_to is null or b.valid_to > ${instantOf('$3::float8')})`,
      [campusId, jsonRows(ended), nowMs],
    );
  if (given.length > 0)
    await client.query(
      `insert into role_binding (user_id, role, space_id, department_id, valid_from)
       select u.id, x.role, s.id, d.id, ${instantOf('$3::float8')}
         from json_to_recordset($2::json) as x(${columns}) ${joins}`,
      [campusId, jsonRows(given), nowMs],
    );
}
