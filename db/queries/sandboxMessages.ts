import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { NoticeChannel } from '../../domain/notices/noticeChannel';
import { selectRows } from './rows';
import type { Source } from './scope';

/** A message that a sandbox took instead of sending it. */
export interface SandboxMessage {
  messageId: string;
  channel: NoticeChannel;
  address: string;
  atMs: number;
  content: { title: string; text: string; link: string | null };
}

/** How many are kept: a sandbox is to be looked at, not to be searched. */
const KEPT = 200;

export async function insertSandboxMessage(
  client: pg.Pool | pg.ClientBase,
  m: SandboxMessage,
): Promise<void> {
  await client.query(
    `insert into sandbox_message (message_id, channel, address, at_ms, content) values ($1, $2, $3, $4, $5)`,
    [m.messageId, m.channel, m.address, m.atMs, JSON.stringify(m.content)],
  );
  await client.query(
    `delete from sandbox_message where id <= (select id from sandbox_message order by id desc offset ${KEPT} limit 1)`,
  );
}

/** Whose campus a message is: its id names the delivery, or the contact that a code was sent to. */
const CAMPUS_OF = sql`coalesce(
    (select d.campus_id from delivery d where d.id = substring(m.message_id from '^delivery-(\\d{1,18})$')::bigint),
    (select u.campus_id from notice_contact c join app_user u on u.id = c.user_id
      where c.id = substring(m.message_id from '^code-(\\d{1,9})-')::int))`;

/** Those of one campus, newest first; all campuses share the sandbox. */
export async function listSandboxMessages(
  source: Source,
  campusId: number,
  limit: number,
): Promise<SandboxMessage[]> {
  return selectRows<SandboxMessage>(
    source,
    sql`select m.message_id as "messageId", m.channel::text as channel, m.address, m.at_ms::float8 as "atMs", m.content
      from sandbox_message m where ${CAMPUS_OF} = ${campusId} order by m.id desc limit ${limit}`,
  );
}
