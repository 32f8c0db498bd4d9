import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { DutyLevel, DutyShift } from '../../domain/alarms/dutyRoster';
import { DEFAULT_CHANNELS, fewestChannels, type NoticeTopic } from '../../domain/notices/noticeTopic';
import { selectRows } from './rows';
import type { Source } from './scope';

/** Roles that answer alarms: who may be put on duty, and who is told where nobody is. */
export const DUTY_ROLES = ['SECURITY', 'WARDEN', 'MAINTAINER', 'ENERGY_MANAGER'] as const;

const SHIFT_COLUMNS = `user_id as "userId", level::text as level, space_id as "spaceId", from_ms::float8 as "from", to_ms::float8 as "to"`;

/** Shifts of a campus in force at `nowMs`, and the ids from the root to a place; empty: there is none. */
export async function dutyAt(
  client: pg.ClientBase,
  campusId: number,
  spaceId: number | null,
  nowMs: number,
): Promise<{ shifts: DutyShift[]; path: number[] }> {
  const { rows } = await client.query<{ shifts: DutyShift[]; path: number[] }>({
    name: 'duty_at',
    text: `select coalesce((select path from space where id = $3), '{}') as path,
            coalesce((select json_agg(d) from (
              select ${SHIFT_COLUMNS} from duty_shift where campus_id = $1 and from_ms <= $2 and to_ms > $2) d), '[]') as shifts`,
    values: [campusId, nowMs, spaceId],
  });
  return rows[0]!;
}

/** Ids from the root to a place. */
export async function placePath(client: pg.ClientBase, spaceId: number): Promise<number[]> {
  const { rows } = await client.query<{ path: number[] }>('select path from space where id = $1', [spaceId]);
  return rows[0]?.path ?? [];
}

/** Somebody who is told of an alarm. */
export interface DutyPerson {
  userId: number;
  code: string;
  name: string;
}

/** These users in this order; who can't sign in any more is left out. */
export async function dutyPeople(client: pg.ClientBase, userIds: readonly number[]): Promise<DutyPerson[]> {
  const { rows } = await client.query<DutyPerson>(
    `select id as "userId", code, display_name as name from app_user
      where id = any($1::int[]) and not disabled order by array_position($1::int[], id)`,
    [userIds],
  );
  return rows;
}

/** Messages by which staff are told that an alarm stands. */
const TELLING_KINDS = ['ALARM_RAISED', 'ALARM_ESCALATED', 'ALARM_ASSIGNED'];

/** Whom a message would reach, and who was told already. */
export interface Reach {
  readonly isReached: (userId: number) => boolean;
  readonly wasTold: (userId: number) => boolean;
}

/**
 * Whom a message of a topic would reach, by the contacts and choices that `insertNotice` goes by, and who was told of an alarm over
 * as many channels as this message asks for, as far as they have them; what could not be delivered told nobody.
 */
export async function reachOf(
  client: pg.ClientBase | pg.Pool,
  userIds: readonly number[],
  message: {
    readonly topic: NoticeTopic;
    readonly channels: number;
    readonly toldOf: { readonly alarmId: number; readonly sinceMs: number } | null;
  },
): Promise<Reach> {
  const { topic, toldOf } = message;
  const channels = Math.max(message.channels, fewestChannels(topic));
  const { rows } = await client.query<{ userId: number; isReached: boolean; wasTold: boolean }>({
    name: 'reach_of',
    text: `with contact as (
         select c.user_id, count(*) as channels,
                $3::int > 0 or bool_or(coalesce(c.channel = any(f.channels), c.channel::text = any($4::text[]))) as reached
           from notice_contact c left join notice_preference f on f.user_id = c.user_id and f.topic = $2::text
          where c.user_id = any($1::int[]) and c.verified_ms is not null and c.gone_ms is null group by c.user_id),
       told as (
         select d.user_id, count(distinct d.channel) as channels from delivery d
          where d.alarm_id = $5::bigint and d.created_ms >= $6::bigint and d.kind = any($7::text[])
            and d.user_id = any($1::int[]) and not d.to_resident and d.state <> 'FAILED' group by d.user_id)
     select c.user_id as "userId", c.reached as "isReached",
            coalesce(t.channels >= least($3::int, c.channels), false) as "wasTold"
       from contact c left join told t on t.user_id = c.user_id`,
    values: [
      userIds,
      topic,
      channels,
      DEFAULT_CHANNELS[topic],
      toldOf?.alarmId ?? null,
      toldOf?.sinceMs ?? null,
      TELLING_KINDS,
    ],
  });
  const known = new Map(rows.map((row) => [row.userId, row]));
  return {
    isReached: (id) => known.get(id)?.isReached ?? false,
    wasTold: (id) => known.get(id)?.wasTold ?? false,
  };
}

/** Everybody whose role answers alarms at a place. @param spacePath ids from the root; empty: campus-wide roles alone */
export async function staffInScope(
  client: pg.ClientBase,
  campusId: number,
  spacePath: readonly number[],
  at: Date,
): Promise<DutyPerson[]> {
  const { rows } = await client.query<DutyPerson>({
    name: 'staff_in_scope',
    text: `select u.id as "userId", u.code, u.display_name as name from app_user u
      where u.campus_id = $1 and not u.disabled and exists (select 1 from role_binding b
        where b.user_id = u.id and b.role::text = any($2::text[]) and b.department_id is null
          and (b.space_id is null or b.space_id = any($3::int[]))
          and b.valid_from <= $4 and (b.valid_to is null or b.valid_to > $4))
      order by u.id`,
    values: [campusId, DUTY_ROLES, spacePath, at],
  });
  return rows;
}

/** A shift as the page shows it. */
export interface DutyShiftView extends DutyShift {
  id: number;
  name: string;
  code: string;
  place: { code: string; name: string; nameEn: string | null } | null;
  setBy: string;
}

/** Shifts of a campus that touch [fromMs, toMs), by time. */
export async function listShifts(
  source: Source,
  campusId: number,
  fromMs: number,
  toMs: number,
): Promise<DutyShiftView[]> {
  return selectRows<DutyShiftView>(
    source,
    sql`select d.id, d.user_id as "userId", d.level::text as level, d.space_id as "spaceId", d.from_ms::float8 as "from",
           d.to_ms::float8 as "to", u.display_name as name, u.code, coalesce(b.display_name, d.set_by) as "setBy",
           case when s.id is null then null else jsonb_build_object('code', s.code, 'name', s.name, 'nameEn', s.name_en) end as place
      from duty_shift d join app_user u on u.id = d.user_id
      left join space s on s.id = d.space_id
      left join app_user b on d.set_by = 'user:' || b.code
     where d.campus_id = ${campusId} and d.to_ms > ${fromMs}::bigint and d.from_ms < ${toMs}::bigint
     order by d.from_ms, d.level, d.id`,
  );
}

/** Who may be put on duty, with the places that their roles reach; null in `spaceIds`: the campus. */
export interface DutyCandidate extends DutyPerson {
  roles: string[];
  /** Codes of the places; empty: the whole campus. */
  places: string[];
  spaceIds: (number | null)[];
}

export async function dutyCandidates(source: Source, campusId: number, at: Date): Promise<DutyCandidate[]> {
  return selectRows<DutyCandidate>(
    source,
    sql`select u.id as "userId", u.code, u.display_name as name,
           array_agg(distinct b.role::text) as roles, array_agg(distinct b.space_id) as "spaceIds",
           coalesce(array_agg(distinct s.code) filter (where s.code is not null), '{}') as places
      from app_user u join role_binding b on b.user_id = u.id left join space s on s.id = b.space_id
     where u.campus_id = ${campusId} and not u.disabled and b.department_id is null
       and b.role::text = any(${sql.param([...DUTY_ROLES])}::text[])
       and b.valid_from <= ${at} and (b.valid_to is null or b.valid_to > ${at})
     group by u.id order by u.display_name`,
  );
}

export async function insertShift(
  client: pg.ClientBase,
  shift: {
    campusId: number;
    userId: number;
    level: DutyLevel;
    spaceId: number | null;
    fromMs: number;
    toMs: number;
    setBy: string;
    setMs: number;
  },
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into duty_shift (campus_id, user_id, level, space_id, from_ms, to_ms, set_by, set_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [
      shift.campusId,
      shift.userId,
      shift.level,
      shift.spaceId,
      shift.fromMs,
      shift.toMs,
      shift.setBy,
      shift.setMs,
    ],
  );
  return rows[0]!.id;
}

/** Takes a shift off the roster. @returns what it was, or null where there is none */
export async function deleteShift(
  client: pg.ClientBase,
  campusId: number,
  id: number,
): Promise<DutyShift | null> {
  const { rows } = await client.query<DutyShift>(
    `delete from duty_shift where campus_id = $1 and id = $2 returning ${SHIFT_COLUMNS}`,
    [campusId, id],
  );
  return rows[0] ?? null;
}
