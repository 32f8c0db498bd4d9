import type pg from 'pg';
import type { Utility } from '../../domain/metering/reading';
import type { AccrualPeriod } from '../../domain/tariffs/tariff';
import { instantOf, jsonRows, msOf } from './jsonRows';
import type { TariffBody } from './storedTariff';

export interface CalendarRow {
  readonly code: string;
  readonly name: string;
  /** Local date `YYYY-MM-DD` to day type. */
  readonly days: Readonly<Record<string, string>>;
}

export interface TariffVersionRow {
  readonly number: number;
  readonly validFromMs: number;
  readonly accrual: AccrualPeriod;
  readonly body: TariffBody;
}

export interface TariffRow {
  readonly code: string;
  readonly name: string;
  /** In English where `name` is Chinese; null: same. */
  readonly nameEn: string | null;
  readonly utility: Utility;
  /** Code of its calendar. */
  readonly calendar: string | null;
  /** In order of time. */
  readonly versions: readonly TariffVersionRow[];
  /** Highest number of a version that it ever had. */
  readonly lastNumber: number;
  /** End of the newest use that was rated by it; null: unused. Nothing in force before may change. */
  readonly usedUptoMs: number | null;
}

export async function calendarsOf(client: pg.ClientBase, campusId: number): Promise<CalendarRow[]> {
  const { rows } = await client.query<CalendarRow>(
    'select code, name, days from calendar where campus_id = $1 order by id',
    [campusId],
  );
  return rows;
}

export async function upsertCalendars(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly CalendarRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into calendar (campus_id, code, name, days)
     select $1, code, name, days from json_to_recordset($2::json) as x(code text, name text, days jsonb)
     on conflict (campus_id, code) do update set name = excluded.name, days = excluded.days`,
    [campusId, jsonRows(rows)],
  );
}

/** Tariffs with their versions and how far they were used, by the newest interval of any account under them, or the newest sale of units. */
export async function tariffsOf(client: pg.ClientBase, campusId: number): Promise<TariffRow[]> {
  const tariffs = await client.query<Omit<TariffRow, 'versions'> & { id: number }>(
    `select t.id, t.code, t.name, t.name_en as "nameEn", t.utility, c.code as calendar,
            (select coalesce(max(v.number), 0) from tariff_version v where v.tariff_id = t.id) as "lastNumber",
            greatest((select extract(epoch from max(p.accepted_at))::float8 * 1000
               from account a join payment p on p.account_id = a.id and p.units_micro is not null
              where a.sold_by_id = t.id), (select max(greatest(u.rated, u.open))::float8
               from account_tariff at
               cross join lateral (
                 select (select max(ac.upto_ms) from accrual ac
                          where ac.account_id = at.account_id and ac.utility = at.utility) as rated,
                        (select max(greatest(s.open_upto_ms, (select max(ch.t1_ms) from charge ch where ch.stream_id = s.id)))
                           from stream s join meter_point p on p.id = s.point_id and p.utility = at.utility
                          where s.account_id = at.account_id) as open) u
              where at.tariff_id = t.id)) as "usedUptoMs"
       from tariff t left join calendar c on c.id = t.calendar_id where t.campus_id = $1 order by t.id`,
    [campusId],
  );
  const versions = await client.query<TariffVersionRow & { tariffId: number }>(
    `select v.tariff_id as "tariffId", v.number, ${msOf('v.valid_from')} as "validFromMs", v.accrual, v.body
       from tariff_version v join tariff t on t.id = v.tariff_id
      where t.campus_id = $1 and v.superseded_by is null order by v.tariff_id, v.valid_from`,
    [campusId],
  );
  const versionsOf = new Map<number, TariffVersionRow[]>();
  for (const { tariffId, ...version } of versions.rows)
    versionsOf.set(tariffId, [...(versionsOf.get(tariffId) ?? []), version]);
  return tariffs.rows.map(({ id, ...tariff }) => ({ ...tariff, versions: versionsOf.get(id) ?? [] }));
}

export async function upsertTariffs(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly Pick<TariffRow, 'code' | 'name' | 'nameEn' | 'utility' | 'calendar'>[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into tariff (campus_id, code, name, name_en, utility, calendar_id)
     select $1, x.code, x.name, x."nameEn", x.utility, c.id
       from json_to_recordset($2::json) as x(code text, name text, "nameEn" text, utility utility, calendar text)
       left join calendar c on c.campus_id = $1 and c.code = x.calendar
     on conflict (campus_id, code) do update
       set name = excluded.name, name_en = excluded.name_en, utility = excluded.utility, calendar_id = excluded.calendar_id`,
    [campusId, jsonRows(rows)],
  );
}

/** Adds versions, or changes those of the same number; the caller has made sure that no charge used them. */
export async function upsertTariffVersions(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly (TariffVersionRow & { tariff: string })[],
  by: string,
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into tariff_version (tariff_id, number, valid_from, accrual, body, created_by, created_at)
     select t.id, x.number, ${instantOf('x."validFromMs"')}, x.accrual, x.body, $3, ${instantOf('$4::float8')}
       from json_to_recordset($2::json)
              as x(tariff text, number int, "validFromMs" float8, accrual text, body jsonb)
       join tariff t on t.campus_id = $1 and t.code = x.tariff
     on conflict (tariff_id, number) do update
       set valid_from = excluded.valid_from, accrual = excluded.accrual, body = excluded.body,
           created_by = excluded.created_by, created_at = excluded.created_at`,
    [campusId, jsonRows(rows), by, nowMs],
  );
}
