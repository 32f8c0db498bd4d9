import type pg from 'pg';

/** A campus as stored. */
export interface CampusRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly timeZone: string;
  readonly currency: string;
  readonly lateLimitDays: number;
}

const CAMPUS = `id, code, name, name_en as "nameEn", time_zone as "timeZone", currency,
  late_limit_days as "lateLimitDays"`;

/** All campuses, in order of id. */
export async function allCampuses(client: pg.ClientBase): Promise<CampusRow[]> {
  const { rows } = await client.query<CampusRow>(`select ${CAMPUS} from campus order by id`);
  return rows;
}

export async function campusByCode(client: pg.ClientBase, code: string): Promise<CampusRow | null> {
  const { rows } = await client.query<CampusRow>(`select ${CAMPUS} from campus where code = $1`, [code]);
  return rows[0] ?? null;
}

/**
 * A campus by id. `lock` holds its configuration still until the transaction ends: running batches finish, the next ones
 * wait. That lock comes before every other.
 */
export async function campusById(
  client: pg.ClientBase,
  campusId: number,
  lock: boolean,
): Promise<CampusRow | null> {
  const { rows } = await client.query<CampusRow>(
    `select ${CAMPUS} from campus where id = $1 ${lock ? 'for no key update' : ''}`,
    [campusId],
  );
  return rows[0] ?? null;
}

export async function insertCampus(
  client: pg.ClientBase,
  row: Omit<CampusRow, 'id'>,
  nowMs: number,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into campus (code, name, name_en, time_zone, currency, late_limit_days, created_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7 / 1000.0)) returning id`,
    [row.code, row.name, row.nameEn, row.timeZone, row.currency, row.lateLimitDays, nowMs],
  );
  return rows[0]!.id;
}

export async function updateCampus(client: pg.ClientBase, row: CampusRow): Promise<void> {
  await client.query(
    `update campus set code = $2, name = $3, name_en = $4, time_zone = $5, currency = $6, late_limit_days = $7
      where id = $1`,
    [row.id, row.code, row.name, row.nameEn, row.timeZone, row.currency, row.lateLimitDays],
  );
}

/** Makes every process reload what it remembers of this campus. */
export async function raiseConfigVersion(client: pg.ClientBase, campusId: number): Promise<void> {
  await client.query('update campus set config_version = config_version + 1 where id = $1', [campusId]);
}

/** Whether nothing is built on the campus yet: no places, meters or money, so that zone and currency are free to change. */
export async function isCampusEmpty(client: pg.ClientBase, campusId: number): Promise<boolean> {
  const { rows } = await client.query<{ empty: boolean }>(
    `select not exists (select 1 from space where campus_id = $1)
        and not exists (select 1 from meter where campus_id = $1)
        and not exists (select 1 from tariff where campus_id = $1)
        and not exists (select 1 from account where campus_id = $1) as empty`,
    [campusId],
  );
  return rows[0]!.empty;
}
