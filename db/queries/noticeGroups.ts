import type pg from 'pg';
import type { GroupChannel, NoticeLanguage } from '../../domain/notices/noticeChannel';
import type { NoticeTopic } from '../../domain/notices/noticeTopic';

type Client = pg.Pool | pg.ClientBase;

/** A subscribed group or program as administrators see it: never its secret, and of its address the host alone. */
export interface NoticeGroupView {
  id: number;
  channel: GroupChannel;
  name: string;
  host: string;
  topics: NoticeTopic[];
  space: { code: string; name: string; nameEn: string | null } | null;
  language: NoticeLanguage;
  createdMs: number;
  rotatedMs: number | null;
}

export async function listGroups(client: Client, campusId: number): Promise<NoticeGroupView[]> {
  const { rows } = await client.query<NoticeGroupView>(
    `select g.id, g.channel::text as channel, g.name, split_part(split_part(g.url, '//', 2), '/', 1) as host, g.topics,
            case when s.id is null then null else jsonb_build_object('code', s.code, 'name', s.name, 'nameEn', s.name_en) end as space,
            g.language, g.created_ms::float8 as "createdMs", g.rotated_ms::float8 as "rotatedMs"
       from notice_group g left join space s on s.id = g.space_id
      where g.campus_id = $1 and g.ended_ms is null order by g.name, g.id`,
    [campusId],
  );
  return rows;
}

export async function insertGroup(
  client: Client,
  g: {
    campusId: number;
    channel: GroupChannel;
    name: string;
    url: string;
    secret: string;
    topics: readonly NoticeTopic[];
    spaceId: number | null;
    language: NoticeLanguage;
    nowMs: number;
    by: string;
  },
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into notice_group (campus_id, channel, name, url, secret, topics, space_id, language, created_ms, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [g.campusId, g.channel, g.name, g.url, g.secret, g.topics, g.spaceId, g.language, g.nowMs, g.by],
  );
  return rows[0]!.id;
}

/** Gives a webhook a new secret; the old one signs beside it for a day. @returns false: there is no such webhook */
export async function rotateGroupSecret(
  client: Client,
  campusId: number,
  id: number,
  secret: string,
  nowMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update notice_group set previous_secret = secret, secret = $3, rotated_ms = $4
      where campus_id = $1 and id = $2 and channel = 'WEBHOOK' and ended_ms is null`,
    [campusId, id, secret, nowMs],
  );
  return rowCount === 1;
}

/** Ends a subscription; its secret is forgotten. @returns false: there is none */
export async function endGroup(
  client: Client,
  campusId: number,
  id: number,
  nowMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update notice_group set ended_ms = $3, secret = '', previous_secret = null, url = ''
      where campus_id = $1 and id = $2 and ended_ms is null`,
    [campusId, id, nowMs],
  );
  return rowCount === 1;
}
