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

/** Newest first. */
export async function listSandboxMessages(source: Source, limit: number): Promise<SandboxMessage[]> {
  return selectRows<SandboxMessage>(
    source,
    sql`select message_id as "messageId", channel::text as channel, address, at_ms::float8 as "atMs", content
      from sandbox_message order by id desc limit ${limit}`,
  );
}
