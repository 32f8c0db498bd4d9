import type pg from 'pg';

const DAY_MS = 86_400_000;

/** An event as its meter told it. Times in ms UTC. */
export interface ToldEvent {
  readonly meterId: number;
  readonly pointId: number;
  readonly name: string;
  readonly on: boolean;
  /** The sender's time. */
  readonly tsMs: number;
  /** When it was so by our reckoning. */
  readonly atMs: number;
}

/** Notes an event; false where it was told before. What is older than `keptDays` is forgotten. */
export async function noteMeterEvent(
  client: pg.ClientBase,
  { meterId, pointId, name, on, tsMs, atMs }: ToldEvent,
  keptDays: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `with forgotten as (delete from meter_event where meter_id = $1 and at_ms < $6::bigint - $7::bigint)
     insert into meter_event (meter_id, point_id, name, is_on, ts_ms, at_ms) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [meterId, pointId, name, on, tsMs, atMs, keptDays * DAY_MS],
  );
  return rowCount === 1;
}

/** Says of an event that was noted which forbidden load it proves, and of which alarm it became part. */
export async function noteForbiddenLoad(
  client: pg.ClientBase,
  { meterId, name, tsMs }: ToldEvent,
  { level, alarmId }: { readonly level: string; readonly alarmId: number | null },
): Promise<void> {
  await client.query(
    `update meter_event set level = $4, alarm_id = $5,
            after_event_id = (select max(id) from alarm_event where alarm_id = $5)
      where meter_id = $1 and name = $2 and is_on and ts_ms = $3`,
    [meterId, name, tsMs, level, alarmId],
  );
}

/** How many forbidden loads a point had since `sinceMs` that are proven (L1, L2) and that no verdict after them found to be none. */
export async function forbiddenLoadsSince(
  client: pg.ClientBase,
  pointId: number,
  sinceMs: number,
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(distinct m.at_ms)::int as n from meter_event m
      where m.point_id = $1 and m.at_ms >= $2 and m.level in ('L1', 'L2')
        and coalesce((select v.detail->>'verdict' from alarm_event v where v.alarm_id = m.alarm_id and v.event = 'VERDICT'
                         and v.id > m.after_event_id and v.detail->>'verdict' <> 'UNCLEAR' order by v.id desc limit 1)
                     not in ('FALSE', 'NUISANCE'), true)`,
    [pointId, sinceMs],
  );
  return rows[0]!.n;
}

/** Whether the meter has told the end of such an event at `tsMs` or later, by its own time. */
export async function endedSince(
  client: pg.ClientBase,
  { meterId, name, tsMs }: Pick<ToldEvent, 'meterId' | 'name' | 'tsMs'>,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select 1 from meter_event where meter_id = $1 and name = $2 and not is_on and ts_ms >= $3 limit 1',
    [meterId, name, tsMs],
  );
  return rowCount === 1;
}
