import type pg from 'pg';

/** A feeder with meters below it of which any has a voltage out of range, or whose own alarm stands. */
export interface FeederVoltageRow {
  pointId: number;
  pointCode: string;
  campusId: number;
  spaceId: number;
  /** Meters of electricity directly below it, and those of them that are out of range. */
  meters: number;
  out: number;
  alarmOpen: boolean;
}

/** Asked every few seconds: it begins at the few alarms that stand, not at the feeders. */
export async function feederVoltages(client: pg.ClientBase | pg.Pool): Promise<FeederVoltageRow[]> {
  const { rows } = await client.query<FeederVoltageRow>(
    `with asked as (
       select l.parent_point_id as id from alarm a
         join feeder_link l on l.child_point_id = a.subject_id and l.valid_to is null
        where a.rule = 'VOLTAGE_RANGE' and a.subject_type = 'POINT' and a.ended_ms is null and a.active
       union
       select a.subject_id from alarm a
        where a.rule = 'FEEDER_VOLTAGE' and a.subject_type = 'POINT' and a.ended_ms is null and a.active)
     select f.id as "pointId", f.code as "pointCode", f.campus_id as "campusId", f.space_id as "spaceId",
            count(i.id)::int as meters, count(v.id)::int as out,
            exists (select 1 from alarm a where a.rule = 'FEEDER_VOLTAGE' and a.subject_type = 'POINT' and a.subject_id = f.id
                       and a.ended_ms is null and a.active and a.return_due_ms is null) as "alarmOpen"
       from asked join meter_point f on f.id = asked.id
       left join feeder_link l on l.parent_point_id = f.id and l.valid_to is null
       left join meter_point c on c.id = l.child_point_id and c.utility = 'ELECTRICITY'
       left join meter_install i on i.point_id = c.id and i.valid_to is null
       left join alarm v on v.rule = 'VOLTAGE_RANGE' and v.subject_type = 'POINT' and v.subject_id = c.id
              and v.ended_ms is null and v.active and i.id is not null
      group by f.id order by f.id`,
  );
  return rows;
}

/** Alarms of single voltages that their feeder's alarm covers from now on (`feeder`), or covers no longer (null). It covers no P1. */
export async function voltageCoverChanges(
  client: pg.ClientBase | pg.Pool,
): Promise<{ id: number; campusId: number; feeder: string | null }[]> {
  const { rows } = await client.query<{ id: number; campusId: number; feeder: string | null }>(
    `with voltage as (
       select a.id, a.campus_id, a.suppressed_by,
              (select f.code from alarm d join meter_point f on f.id = d.subject_id
                where a.priority > 1 and d.rule = 'FEEDER_VOLTAGE' and d.subject_type = 'POINT' and d.ended_ms is null and d.active
                  and (d.subject_id = a.subject_id or exists (
                        select 1 from feeder_link l where l.parent_point_id = d.subject_id and l.child_point_id = a.subject_id
                           and l.valid_to is null))
                order by f.id limit 1) as feeder
         from alarm a
        where a.rule = 'VOLTAGE_RANGE' and a.subject_type = 'POINT' and a.ended_ms is null)
     select id::float8 as id, campus_id as "campusId", feeder from voltage
      where (feeder is not null and suppressed_by is null)
         or (feeder is null and suppressed_by like 'feeder:%')
      order by id`,
  );
  return rows;
}
