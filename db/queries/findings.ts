import { sql } from 'drizzle-orm';
import type { AlarmVerdict } from '../../domain/alarms/alarmVerdict';
import type { Utility } from '../../domain/metering/reading';
import { jsonRows } from './jsonRows';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Something whose price is asked for: a point, or what stands at a space without one. */
export interface PricedPlace {
  readonly key: string;
  readonly point: string | null;
  readonly spaceId: number | null;
  readonly utility: Utility;
}

/** The tariff by which a place is priced. */
export interface PlaceTariff {
  readonly key: string;
  readonly tariffId: number;
  /** Whether the account of a room or of a person pays for the point; null: no account does. */
  readonly residentPays: boolean | null;
}

/**
 * The tariff of each place: that of the account which pays for the point (of one that buys units, the tariff that sells
 * them), else the one that most points of its building have. A place without either is missing.
 */
export async function tariffsOfPlaces(
  source: Source,
  scope: ScopeFilter,
  places: readonly PricedPlace[],
): Promise<PlaceTariff[]> {
  if (places.length === 0) return [];
  return selectRows<PlaceTariff>(
    source,
    sql`with asked as (
        select * from json_to_recordset(${jsonRows(places)}::json) as x(key text, point text, "spaceId" int, utility utility)
      ), paid as (
        select p.id, p.code, s.path, t.utility, a.kind in ('ROOM', 'PERSON') as of_resident, coalesce(a.sold_by_id, t.tariff_id) as tariff_id
          from meter_point p
          join space s on s.id = p.space_id
          join account_point ap on ap.point_id = p.id and ap.valid_to is null
          join account a on a.id = ap.account_id
          join account_tariff t on t.account_id = a.id and t.utility = p.utility and t.valid_from <= ${scope.at}
           and (t.valid_to is null or t.valid_to > ${scope.at})
         where ${pointWithin(scope)}
      ), own as (
        select asked.key, min(paid.tariff_id) as tariff_id, bool_or(paid.of_resident) as resident_pays
          from asked join paid on paid.code = asked.point and paid.utility = asked.utility group by asked.key
      ), around as (
        select asked.key, mode() within group (order by paid.tariff_id) as tariff_id
          from asked
          join space s on s.id = asked."spaceId"
          left join space b on b.id = any(s.path) and b.kind = 'BUILDING'
          join paid on paid.utility = asked.utility and coalesce(b.id, s.id) = any(paid.path)
         where asked.key not in (select key from own)
         group by asked.key
      )
      select key, tariff_id as "tariffId", resident_pays as "residentPays" from own
      union all select key, tariff_id, null from around`,
  );
}

/** The newest verdict on each of these alarms; one that nobody judged is missing. */
export async function newestVerdicts(
  source: Source,
  alarmIds: readonly number[],
): Promise<{ alarmId: number; verdict: AlarmVerdict }[]> {
  if (alarmIds.length === 0) return [];
  return selectRows<{ alarmId: number; verdict: AlarmVerdict }>(
    source,
    sql`select distinct on (e.alarm_id) e.alarm_id::float8 as "alarmId", e.detail->>'verdict' as verdict from alarm_event e
       where e.alarm_id = any(${`{${alarmIds.join(',')}}`}::bigint[]) and e.event = 'VERDICT' order by e.alarm_id, e.id desc`,
  );
}

/** A meter whose hours are the evidence of a finding. */
export interface FoundMeter {
  readonly meterId: number;
  readonly pointId: number;
  readonly code: string;
  readonly utility: Utility;
  readonly inRoom: boolean;
  readonly isFeeder: boolean;
}

/** The meter of this point, if the point lies within the scope; else null. */
export async function meterOfPoint(
  source: Source,
  scope: ScopeFilter,
  point: string,
): Promise<FoundMeter | null> {
  const [row] = await selectRows<FoundMeter>(
    source,
    sql`select m.id as "meterId", p.id as "pointId", m.code, p.utility::text as utility,
           p.role = 'FEEDER' as "isFeeder",
           exists (select from space room where room.id = any(s.path) and room.kind = 'ROOM') as "inRoom" from meter_point p
      join space s on s.id = p.space_id
      join meter_install i on i.point_id = p.id and i.valid_to is null
      join meter m on m.id = i.meter_id
     where p.code = ${point} and ${pointWithin(scope)}`,
  );
  return row ?? null;
}
