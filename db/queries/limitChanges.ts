import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { CommandState } from '../../domain/supply/commandMachine';
import { selectRows } from './rows';
import type { Source } from './scope';

/** Whatever runs a query: a pool, or a client inside a transaction. */
interface Reader {
  query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
}

/** A load limit that was asked of a meter; W, null: the cap alone. */
export interface NewLimitChange {
  readonly campusId: number;
  readonly pointId: number;
  readonly commandId: string;
  readonly byResident: boolean;
  readonly actor: string;
  readonly reason: string | null;
  readonly fromW: number | null;
  readonly toW: number | null;
  readonly capW: number | null;
  readonly askedMs: number;
}

export async function insertLimitChange(client: pg.ClientBase, row: NewLimitChange): Promise<void> {
  await client.query(
    `insert into limit_change (campus_id, point_id, command_id, by_resident, actor, reason, from_w, to_w, cap_w, asked_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[row.campusId, row.pointId, row.commandId, row.byResident, row.actor],
      ...[row.reason, row.fromW, row.toW, row.capW, row.askedMs],
    ],
  );
}

/** Whether the meter that was proven to have the change `l` is fitted now. SQL. */
const FITTED = `exists (select 1 from command c join meter_install i on i.meter_id = c.meter_id and i.point_id = l.point_id
  where c.id = l.command_id and i.valid_to is null)`;

/**
 * Whether a change `l` is a resident's own limit that the meter which is fitted now was proven to have: another meter knows nothing of
 * it. SQL.
 */
export const OWN_IN_FORCE = `l.by_resident and l.to_w is not null and l.in_force_ms is not null and l.ended_ms is null
  and ${FITTED}`;

/** Whether who set the limit `l` lives at its point at $1. SQL. */
const LIVES = `exists (select 1 from app_user u join occupancy o on o.person_id = u.person_id
    join account a on a.id = o.account_id join meter_point p on p.id = l.point_id and p.space_id = a.space_id
  where u.campus_id = l.campus_id and 'user:' || u.code = l.actor and o.valid_from <= $1 and (o.valid_to is null or o.valid_to > $1))`;

/** A resident's own limit that was in force and doesn't fit any more. */
export interface LimitToFollow {
  readonly campusId: number;
  readonly pointId: number;
  /** W. */
  readonly toW: number;
  readonly actor: string;
  readonly reason: string | null;
  /** Who set it lives there still. */
  readonly lives: boolean;
  /** The meter that has it is fitted still. */
  readonly fitted: boolean;
}

const TO_FOLLOW = `l.by_resident and l.to_w is not null and l.in_force_ms is not null and l.ended_ms is null
  and not (${LIVES} and ${FITTED})`;

/** Own limits of which who set them has moved out, or whose meter was exchanged, and nothing was asked since `askedMs`. */
export async function limitsToFollow(client: pg.Pool, nowMs: number, askedMs: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select l.id::float8 as id from limit_change l where ${TO_FOLLOW}
        and not exists (select 1 from limit_change n where n.point_id = l.point_id and n.id > l.id and n.asked_ms > $2)
      order by 1`,
    [new Date(nowMs), askedMs],
  );
  return rows.map(({ id }) => id);
}

/** One of them as it stands; null: it fits, or ended. */
export async function limitToFollow(
  client: pg.ClientBase,
  id: number,
  nowMs: number,
): Promise<LimitToFollow | null> {
  const { rows } = await client.query<LimitToFollow>(
    `select l.campus_id as "campusId", l.point_id as "pointId", l.to_w as "toW", l.actor, l.reason, ${LIVES} as lives,
            ${FITTED} as fitted from limit_change l where l.id = $2 and ${TO_FOLLOW}`,
    [new Date(nowMs), id],
  );
  return rows[0] ?? null;
}

/** The own limits in force of one campus, or of all, by point, W. */
export async function ownLimits(client: Reader, only: (number | null)[]): Promise<Map<number, number>> {
  const { rows } = await client.query<{ pointId: number; toW: number }>(
    `select l.point_id as "pointId", l.to_w as "toW" from limit_change l
      where ($1::int is null or l.campus_id = $1) and ${OWN_IN_FORCE}`,
    only,
  );
  return new Map(rows.map(({ pointId, toW }) => [pointId, toW]));
}

/** Campuses in which a command that carries a limit has ended, and nothing was noted of it yet. */
export async function campusesWithLimitsEnded(client: pg.Pool): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select distinct l.campus_id as id from limit_change l join command c on c.id = l.command_id
      where l.in_force_ms is null and l.ended_ms is null and c.finished_ms is not null order by 1`,
  );
  return rows.map(({ id }) => id);
}

/** Changes whose command has ended, in the order in which their meters carried them out. The caller holds the campus. */
export async function limitsEnded(
  client: pg.ClientBase,
  campusId: number,
): Promise<{ id: number; pointId: number; state: CommandState; finishedMs: number }[]> {
  const { rows } = await client.query<{
    id: number;
    pointId: number;
    state: CommandState;
    finishedMs: number;
  }>(
    `select l.id::float8 as id, l.point_id as "pointId", c.state::text as state, c.finished_ms::float8 as "finishedMs"
       from limit_change l join command c on c.id = l.command_id
      where l.campus_id = $1 and l.in_force_ms is null and l.ended_ms is null and c.finished_ms is not null
      order by coalesce(c.executed_ms, c.finished_ms), l.id`,
    [campusId],
  );
  return rows;
}

/** A change is in force from `atMs` on, and whatever was in force at the point no more. */
export async function putInForce(
  client: pg.ClientBase,
  change: { readonly id: number; readonly pointId: number },
  atMs: number,
): Promise<void> {
  await client.query(
    `update limit_change set ended_ms = $2 where point_id = $1 and in_force_ms is not null and ended_ms is null`,
    [change.pointId, atMs],
  );
  await client.query('update limit_change set in_force_ms = $2 where id = $1', [change.id, atMs]);
}

/** Ends a change: no meter was proven to have it, or the meter that was is gone. */
export async function dropChange(client: pg.ClientBase, id: number, atMs: number): Promise<void> {
  await client.query('update limit_change set ended_ms = $2 where id = $1', [id, atMs]);
}

/** How the load limit of a point stands. W. */
export interface LoadLimitRow {
  pointId: number;
  /** Of staff: as the overload rule is set for the place, else the point's own. */
  capW: number;
  /** An overload cuts by itself here: the point is set to trip, may be cut, and its rule is not switched off for the place. */
  trips: boolean;
  /** Of the resident, in force at the meter; null: none is. */
  own: { w: number; actor: string; reason: string | null; sinceMs: number } | null;
  /** The newest that a resident asked for; null: none ever did. */
  asked: {
    fromW: number | null;
    toW: number | null;
    askedMs: number;
    inForceMs: number | null;
    endedMs: number | null;
    state: CommandState;
    code: string | null;
  } | null;
}

/** How the load limits of points stand; a point without one is left out. */
export function loadLimits(source: Source, pointIds: readonly number[]): Promise<LoadLimitRow[]> {
  return selectRows<LoadLimitRow>(
    source,
    sql`select p.id as "pointId",
         floor(coalesce((r.body->>'limitW')::float8, p.limit_w)) as "capW",
         p.overload_action = 'TRIP' and p.protection <> 'LIFE_SAFETY' and r.body->'off' is distinct from 'true'::jsonb as trips,
         (select jsonb_build_object('w', l.to_w, 'actor', l.actor, 'reason', l.reason, 'sinceMs', l.in_force_ms)
            from limit_change l where l.point_id = p.id and ${sql.raw(OWN_IN_FORCE)}) as own,
         (select jsonb_build_object('fromW', l.from_w, 'toW', l.to_w, 'askedMs', l.asked_ms, 'inForceMs', l.in_force_ms,
                   'endedMs', l.ended_ms, 'state', c.state, 'code', c.result_code)
            from limit_change l join command c on c.id = l.command_id
           where l.point_id = p.id and l.by_resident order by l.id desc limit 1) as asked
    from meter_point p join space s on s.id = p.space_id
    left join lateral (select one.body
            from (select distinct on (space_id) space_id, body from rule_setting
                   where campus_id = p.campus_id and rule = 'OVERLOAD' and (space_id is null or space_id = any(s.path))
                   order by space_id, version desc) one
           order by array_position(s.path, one.space_id) desc nulls last limit 1) r on true
   where p.id = any(${sql.param([...pointIds])}::int[]) and p.limit_w is not null`,
  );
}

/** What a command changed of a limit. */
export interface LimitVersion {
  commandId: string;
  byResident: boolean;
  reason: string | null;
  fromW: number | null;
  toW: number | null;
  capW: number | null;
  inForceMs: number | null;
  endedMs: number | null;
}

/** What was asked of a point's limit since an instant, by command. */
export async function limitVersions(
  source: Source,
  pointCode: string,
  campusId: number,
  sinceMs: number,
): Promise<ReadonlyMap<string, LimitVersion>> {
  const rows = await selectRows<LimitVersion>(
    source,
    sql`select l.command_id as "commandId", l.by_resident as "byResident", l.reason, l.from_w as "fromW", l.to_w as "toW",
           l.cap_w as "capW", l.in_force_ms::float8 as "inForceMs", l.ended_ms::float8 as "endedMs"
      from limit_change l join meter_point p on p.id = l.point_id
     where p.code = ${pointCode} and p.campus_id = ${campusId} and l.asked_ms >= ${sinceMs}::bigint`,
  );
  return new Map(rows.map((row) => [row.commandId, row]));
}
