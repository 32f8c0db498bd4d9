import type pg from 'pg';
import { PERSON_CHANNELS } from '../../domain/notices/noticeChannel';
import {
  DEFAULT_CHANNELS,
  fewestChannels,
  type NoticeTopic,
  noticeAudience,
} from '../../domain/notices/noticeTopic';

/** Something a person should know that is no alarm. The dedupe key makes a repeat silent. */
export interface NewNotice {
  campusId: number;
  kind: string;
  accountId: number | null;
  departmentId: number | null;
  /** Incident that it tells of; none where it is left out. */
  alarmId?: number;
  atMs: number;
  /** When what it tells of was, where whoever lived there then is told, and not whoever does now; ms UTC. */
  concernsMs?: number;
  dedupeKey: string;
  body: Record<string, string | number | boolean>;
}

/** To whom a notice is sent. */
export interface NoticeReceivers {
  readonly topic: NoticeTopic;
  /** People whom the act names. */
  readonly userIds: readonly number[];
  /** Everybody who lives under the account of the notice. */
  readonly residents: boolean;
  /** Roles for the whole campus, or for the notice's department. */
  readonly roles: readonly string[];
  /** Subscribed groups and programs. */
  readonly groups: boolean;
  /** Past quiet hours. */
  readonly urgent: boolean;
  /** Different channels that a person is reached over at least, as far as they have them. */
  readonly channels: number;
  /** The same of the people whom the act names, where it is more of them. */
  readonly namedChannels?: number;
  /** What it is about, for the pause between two messages about the same. */
  readonly subject: string;
  /** Ids from the root to the place; empty: it has none. */
  readonly path: readonly number[];
}

/**
 * Stores a notice and, in the same statement, a delivery for each receiver and channel, so that both stand or fall with the
 * act's transaction; false if it was told already. A person is reached over the verified contacts of the channels that they
 * chose for the topic; where that leaves fewer channels than the topic keeps, the next of their contacts are added.
 */
export async function insertNotice(
  client: pg.ClientBase | pg.Pool,
  n: NewNotice,
  receivers: NoticeReceivers | null = usualReceivers(n),
): Promise<boolean> {
  const to = receivers ?? NOBODY;
  const channels = Math.max(to.channels, fewestChannels(to.topic));
  const { rows } = await client.query<{ id: bigint }>({
    name: 'insert_notice',
    text: `with told as (
       insert into notice (campus_id, kind, account_id, department_id, at_ms, dedupe_key, body, alarm_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (dedupe_key) do nothing
       returning id, campus_id, kind, account_id, department_id, alarm_id, at_ms),
     people as (
       select u.id, u.resident, max(u.channels) as channels from told n cross join lateral (
         select w.id, false as resident, $22::int as channels from app_user w where w.id = any($9::int[])
         union all
         select w.id, false, $15::int from app_user w join role_binding b on b.user_id = w.id
          where w.campus_id = n.campus_id and b.role::text = any($11::text[])
            and b.valid_from <= to_timestamp(n.at_ms / 1000.0)
            and (b.valid_to is null or b.valid_to > to_timestamp(n.at_ms / 1000.0))
            and ((b.space_id is null and b.department_id is null)
              or b.department_id = any(select unnest(d.path) from department d where d.id = n.department_id))
         union all
         select w.id, true, $15::int from app_user w join occupancy o on o.person_id = w.person_id
          where $10::boolean and o.account_id = n.account_id and o.valid_from <= to_timestamp($21::bigint / 1000.0)
            and (o.valid_to is null or o.valid_to > to_timestamp($21::bigint / 1000.0))) u
       group by u.id, u.resident),
     reachable as (
       select c.id as contact_id, c.user_id, c.channel, p.resident, p.channels, coalesce(c.channel = any(f.channels), c.channel::text = any($13::text[])) as chosen
         from people p join app_user w on w.id = p.id and not w.disabled
         join notice_contact c on c.user_id = p.id and c.verified_ms is not null and c.gone_ms is null
         left join notice_preference f on f.user_id = p.id and f.topic = $12::text),
     ranked as (
       select *, dense_rank() over (partition by user_id, resident
                  order by chosen desc, array_position($14::text[], channel::text)) as place from reachable),
     queued as (
       insert into delivery (campus_id, notice_id, kind, alarm_id, space_id, channel, user_id, contact_id, group_id, to_resident, urgent,
           subject, created_ms, due_ms)
       select n.campus_id, n.id, n.kind, n.alarm_id, $19::int, r.channel, r.user_id, r.contact_id, null::int, r.resident, $16::boolean, $17::text, n.at_ms, n.at_ms
         from told n cross join ranked r where r.chosen or r.place <= r.channels
       union all
       select n.campus_id, n.id, n.kind, n.alarm_id, $19::int, g.channel, null, null, g.id, false, $16::boolean, $17::text, n.at_ms, n.at_ms
         from told n join notice_group g on g.campus_id = n.campus_id and g.ended_ms is null and $12::text = any(g.topics)
        where $18::boolean and (g.space_id is null or g.space_id = any($20::int[])))
     select id from told`,
    values: [
      n.campusId,
      n.kind,
      n.accountId,
      n.departmentId,
      n.atMs,
      n.dedupeKey,
      JSON.stringify(n.body),
      n.alarmId ?? null,
      to.userIds,
      to.residents,
      to.roles,
      to.topic,
      DEFAULT_CHANNELS[to.topic],
      PERSON_CHANNELS,
      channels,
      to.urgent,
      to.subject,
      to.groups,
      to.path.at(-1) ?? null,
      to.path,
      n.concernsMs ?? n.atMs,
      Math.max(channels, to.namedChannels ?? 0),
    ],
  });
  return rows.length === 1;
}

const NOBODY: NoticeReceivers = {
  topic: 'ALARM',
  userIds: [],
  residents: false,
  roles: [],
  groups: false,
  urgent: false,
  channels: 0,
  subject: '',
  path: [],
};

/** Whoever is told of this kind of notice wherever it comes from. */
export function usualReceivers(n: NewNotice): NoticeReceivers | null {
  const role = typeof n.body.role === 'string' ? n.body.role : null;
  const audience = noticeAudience(n.kind, role);
  if (!audience) return null;
  return { ...NOBODY, ...audience, subject: `${n.kind}:${n.dedupeKey}` };
}
