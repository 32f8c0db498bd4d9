import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { NoticeChannel, NoticeLanguage } from '../../domain/notices/noticeChannel';
import { selectRows } from './rows';
import type { Source } from './scope';

export type DeliveryState = 'QUEUED' | 'SENDING' | 'SENT' | 'FAILED' | 'SKIPPED';

/** A delivery that a server has taken, with everything that its message is made from. */
export interface TakenDelivery {
  id: number;
  lease: string;
  /** Real time. */
  leaseUntilMs: number;
  channel: NoticeChannel;
  contactId: number | null;
  groupId: number | null;
  toResident: boolean;
  urgent: boolean;
  subject: string;
  attempts: number;
  createdMs: number;
  kind: string;
  body: Record<string, string | number | boolean>;
  /** When the act happened. */
  atMs: number;
  alarmId: number | null;
  alarm: {
    raisedMs: number;
    /** Code of the feeder at whose meter it stands; null: elsewhere. */
    feeder: string | null;
    /** The power that its rule judged and what it compared it with, W, while the alarm is active; null: none. */
    powerW: number | null;
    limitW: number | null;
  } | null;
  timeZone: string;
  /** Of the campus, ISO 4217. */
  currency: string;
  language: NoticeLanguage;
  place: { code: string; name: string; nameEn: string | null } | null;
  /** Of the contact; null: it was removed, or it is a group. */
  address: string | null;
  /** Of the group; null: it is a person. */
  group: { url: string; secret: string; previousSecret: string | null; rotatedMs: number | null } | null;
  /** The receiver is no more: contact gone, sign-in disabled, subscription ended. */
  ended: boolean;
  /** When this receiver was last sent something about the same subject. */
  lastSentMs: number | null;
}

/**
 * Takes deliveries that are due, urgent ones first, for whoever holds `lease`. Rows that another server is taking are passed
 * over; those whose server let its lease run out are taken again.
 * @param take.nowMs business time, by which a delivery is due; `realMs` and `leaseUntilMs` by the machine's
 */
export async function takeDeliveries(
  client: pg.Pool | pg.ClientBase,
  take: { nowMs: number; realMs: number; lease: string; leaseUntilMs: number; atOnce: number },
): Promise<TakenDelivery[]> {
  const { rows } = await client.query<TakenDelivery>(
    `with due as (
       select id from delivery
        where state in ('QUEUED', 'SENDING') and due_ms <= $1 and (state = 'QUEUED' or lease_until_ms <= $5)
        order by urgent desc, due_ms, id limit $4 for update skip locked),
     taken as (
       update delivery d set state = 'SENDING', lease = $2, lease_until_ms = $3, attempts = d.attempts + 1
         from due where d.id = due.id returning d.*)
     select t.id::float8 as id, t.lease, t.lease_until_ms::float8 as "leaseUntilMs", t.channel::text as channel, t.contact_id as "contactId", t.group_id as "groupId",
            t.to_resident as "toResident", t.urgent, t.subject, t.attempts, t.created_ms::float8 as "createdMs",
            n.kind, n.body, n.at_ms::float8 as "atMs", n.alarm_id::float8 as "alarmId", k.time_zone as "timeZone",
            k.currency, coalesce(u.language, g.language) as language,
            case when s.id is null then null else jsonb_build_object('code', s.code, 'name', concat_ws(' ', b.name, s.name),
              'nameEn', concat_ws(' ', coalesce(b.name_en, b.name), coalesce(s.name_en, s.name))) end as place,
            case when al.id is null then null else jsonb_build_object('raisedMs', al.raised_ms, 'feeder', fp.code,
              'powerW', case when al.active and al.evidence ->> 'unit' = 'W' and jsonb_typeof(al.evidence -> 'value') = 'number'
                then al.evidence -> 'value' end,
              'limitW', case when al.active and al.evidence ->> 'unit' = 'W' and jsonb_typeof(al.evidence -> 'limit') = 'number'
                then al.evidence -> 'limit' end) end as alarm,
            c.address,
            case when g.id is null then null else jsonb_build_object('url', g.url, 'secret', g.secret,
              'previousSecret', g.previous_secret, 'rotatedMs', g.rotated_ms) end as "group",
            coalesce(g.ended_ms is not null, c.gone_ms is not null or c.verified_ms is null or u.disabled, true) as ended,
            (select max(e.sent_ms) from delivery e where e.state = 'SENT' and e.subject = t.subject
               and e.contact_id is not distinct from t.contact_id and e.group_id is not distinct from t.group_id)::float8 as "lastSentMs"
       from taken t join notice n on n.id = t.notice_id join campus k on k.id = t.campus_id
       left join alarm al on al.id = n.alarm_id
       left join meter_install mi on al.subject_type = 'METER' and mi.meter_id = al.subject_id and mi.valid_to is null
       left join meter_point fp on fp.role = 'FEEDER'
        and fp.id = case al.subject_type when 'POINT' then al.subject_id when 'METER' then mi.point_id end
       left join space s on s.id = t.space_id
       left join space b on b.id = any(s.path) and b.id <> s.id and b.kind = 'BUILDING'
       left join notice_contact c on c.id = t.contact_id left join app_user u on u.id = t.user_id
       left join notice_group g on g.id = t.group_id
      order by t.urgent desc, t.created_ms, t.id`,
    [take.nowMs, take.lease, take.leaseUntilMs, take.atOnce, take.realMs],
  );
  return rows;
}

/** What its receiver was told, or is about to be told, that says the opposite of a delivery. */
export interface OppositeWords {
  id: number;
  /** When the opposite was sent last; null: never. */
  sentMs: number | null;
  /** The opposite was sent of something that happened later. */
  overtaken: boolean;
  /** The opposite is known of something that happened later, whether it was sent yet or left out. */
  outdated: boolean;
}

/** What stands against deliveries, for those that something does. @param deliveries with the subjects that say the opposite */
export async function oppositeWords(
  client: pg.Pool | pg.ClientBase,
  deliveries: readonly { readonly id: number; readonly opposites: readonly string[] }[],
): Promise<OppositeWords[]> {
  const toSame = `e.subject = any(w.opposites) and e.contact_id is not distinct from d.contact_id
     and e.group_id is not distinct from d.group_id`;
  const { rows } = await client.query<OppositeWords>(
    `select d.id::float8 as id, s.sent_ms::float8 as "sentMs", coalesce(l.overtaken, false) as overtaken,
            coalesce(l.outdated, false) as outdated
       from jsonb_to_recordset($1::jsonb) as w(id bigint, opposites text[]) join delivery d on d.id = w.id
       cross join lateral (select max(e.sent_ms) as sent_ms from delivery e where e.state = 'SENT' and ${toSame}) s
       cross join lateral (
         select bool_or(e.state = 'SENT') as overtaken, bool_or(e.state <> 'FAILED') as outdated from delivery e
          where e.campus_id = d.campus_id and e.created_ms >= d.created_ms and e.notice_id > d.notice_id and ${toSame}) l`,
    [JSON.stringify(deliveries)],
  );
  return rows;
}

/** How a taken delivery goes on. */
export type DeliveryEnd =
  | { readonly state: 'SENT'; readonly sentMs: number }
  | { readonly state: 'FAILED' | 'SKIPPED'; readonly reason: string }
  /** `counts`: it was an attempt; a message that only waits made none. */
  | { readonly state: 'QUEUED'; readonly reason: string; readonly dueMs: number; readonly counts: boolean };

/** Marks a delivery, if it is still held under this lease. @returns false: another server took it meanwhile */
export async function markDelivery(
  client: pg.Pool | pg.ClientBase,
  { id, lease }: Pick<TakenDelivery, 'id' | 'lease'>,
  end: DeliveryEnd,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update delivery set state = $3, reason = $4, sent_ms = $5, due_ms = coalesce($6, due_ms), lease = null, lease_until_ms = null,
            attempts = attempts - $7
      where id = $1 and lease = $2 and state = 'SENDING'`,
    [
      id,
      lease,
      end.state,
      end.state === 'SENT' ? null : end.reason,
      end.state === 'SENT' ? end.sentMs : null,
      end.state === 'QUEUED' ? end.dueMs : null,
      (end.state === 'QUEUED' && !end.counts) || end.state === 'SKIPPED' ? 1 : 0,
    ],
  );
  return rowCount === 1;
}

/** The receiver said that this contact exists no more: it is not used again. */
export async function markContactGone(
  client: pg.Pool | pg.ClientBase,
  contactId: number,
  atMs: number,
): Promise<void> {
  await client.query('update notice_contact set gone_ms = $2 where id = $1 and gone_ms is null', [
    contactId,
    atMs,
  ]);
}

/** Queues a failed delivery once more, from its first attempt. @returns false: there is no failed one of that id */
export async function requeueDelivery(
  client: pg.ClientBase,
  campusId: number,
  id: number,
  nowMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update delivery set state = 'QUEUED', reason = null, attempts = 0, created_ms = $3, due_ms = $3
      where campus_id = $1 and id = $2 and state = 'FAILED'`,
    [campusId, id, nowMs],
  );
  return rowCount === 1;
}

/** A delivery as staff see it: to whom and how it stands, never an address. */
export interface DeliveryView {
  id: number;
  channel: NoticeChannel;
  state: DeliveryState;
  reason: string | null;
  attempts: number;
  createdMs: number;
  dueMs: number;
  sentMs: number | null;
  kind: string;
  alarmId: number | null;
  toResident: boolean;
  /** Shown name of the person of staff or of the group; empty: somebody who lives there. */
  receiver: string;
}

const VIEW = sql`select d.id::float8 as id, d.channel::text as channel, d.state::text as state, d.reason, d.attempts,
    d.created_ms::float8 as "createdMs", d.due_ms::float8 as "dueMs", d.sent_ms::float8 as "sentMs", d.kind,
    d.alarm_id::float8 as "alarmId", d.to_resident as "toResident",
    case when d.to_resident then '' else coalesce(g.name, u.display_name, '') end as receiver
  from delivery d left join notice_group g on g.id = d.group_id left join app_user u on u.id = d.user_id`;

/** Deliveries of an alarm's messages, in the order in which they were caused. */
export async function listAlarmDeliveries(source: Source, alarmId: number): Promise<DeliveryView[]> {
  return selectRows<DeliveryView>(source, sql`${VIEW} where d.alarm_id = ${alarmId}::bigint order by d.id`);
}

/** Deliveries of a campus, the last sent or stored first, failed ones alone where asked. */
export async function listDeliveries(
  source: Source,
  campusId: number,
  filter: { state: DeliveryState | null; sinceMs: number; limit: number },
): Promise<DeliveryView[]> {
  const state: SQL = filter.state === null ? sql`true` : sql`d.state::text = ${filter.state}`;
  return selectRows<DeliveryView>(
    source,
    sql`${VIEW} where d.campus_id = ${campusId} and d.created_ms >= ${filter.sinceMs}::bigint and ${state}
      order by coalesce(d.sent_ms, d.created_ms) desc, d.id desc limit ${filter.limit}`,
  );
}

/** How many deliveries of a campus stand in each state since an instant. */
export async function countDeliveries(
  source: Source,
  campusId: number,
  sinceMs: number,
): Promise<{ state: DeliveryState; count: number }[]> {
  return selectRows<{ state: DeliveryState; count: number }>(
    source,
    sql`select state::text as state, count(*)::int as count from delivery
     where campus_id = ${campusId} and created_ms >= ${sinceMs}::bigint group by 1 order by 1`,
  );
}
