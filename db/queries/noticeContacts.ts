import type pg from 'pg';
import type { NoticeLanguage, PersonChannel } from '../../domain/notices/noticeChannel';
import type { NoticeTopic } from '../../domain/notices/noticeTopic';

/** A contact of a person, with the code that is out for it. */
export interface ContactRow {
  id: number;
  channel: PersonChannel;
  address: string;
  createdMs: number;
  verifiedMs: number | null;
  goneMs: number | null;
  codeHash: string | null;
  codeUntilMs: number | null;
  codeSentMs: number | null;
  codeTries: number;
}

const COLUMNS = `id, channel::text as channel, address, created_ms::float8 as "createdMs", verified_ms::float8 as "verifiedMs",
  gone_ms::float8 as "goneMs", code_hash as "codeHash", code_until_ms::float8 as "codeUntilMs",
  code_sent_ms::float8 as "codeSentMs", code_tries as "codeTries"`;

type Client = pg.Pool | pg.ClientBase;

/** Contacts of a person, oldest first. */
export async function listContacts(client: Client, userId: number): Promise<ContactRow[]> {
  const { rows } = await client.query<ContactRow>(
    `select ${COLUMNS} from notice_contact where user_id = $1 order by id`,
    [userId],
  );
  return rows;
}

/** A contact of a person, locked. */
export async function lockContact(client: Client, userId: number, id: number): Promise<ContactRow | null> {
  const { rows } = await client.query<ContactRow>(
    `select ${COLUMNS} from notice_contact where user_id = $1 and id = $2 for update`,
    [userId, id],
  );
  return rows[0] ?? null;
}

/** The address of a person on a channel other than push that waits for its code, locked. */
export async function lockEnteredOn(
  client: Client,
  userId: number,
  channel: PersonChannel,
): Promise<ContactRow | null> {
  const { rows } = await client.query<ContactRow>(
    `select ${COLUMNS} from notice_contact
      where user_id = $1 and channel = $2 and channel <> 'PUSH' and verified_ms is null for update`,
    [userId, channel],
  );
  return rows[0] ?? null;
}

/** Enters an address that is not verified yet, in place of another such of its channel; the one in use stays. */
export async function enterContact(
  client: Client,
  c: {
    userId: number;
    channel: PersonChannel;
    address: string;
    nowMs: number;
    codeHash: string;
    codeUntilMs: number;
  },
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into notice_contact (user_id, channel, address, created_ms, code_hash, code_until_ms, code_sent_ms)
     values ($1, $2, $3, $4, $5, $6, $4)
     on conflict (user_id, channel) where channel <> 'PUSH' and verified_ms is null do update set address = excluded.address,
       created_ms = excluded.created_ms, code_hash = excluded.code_hash, code_until_ms = excluded.code_until_ms, code_sent_ms = excluded.code_sent_ms, code_tries = 0
     returning id`,
    [c.userId, c.channel, c.address, c.nowMs, c.codeHash, c.codeUntilMs],
  );
  return rows[0]!.id;
}

/** Stores a browser's subscription, which shows by itself whose browser it is; whoever signs in there takes it over. */
export async function enterSubscription(
  client: Client,
  c: { userId: number; address: string; nowMs: number },
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into notice_contact (user_id, channel, address, created_ms, verified_ms) values ($1, 'PUSH', $2, $3, $3)
     on conflict (address) where channel = 'PUSH' do update set user_id = excluded.user_id, verified_ms = excluded.verified_ms,
       gone_ms = null returning id`,
    [c.userId, c.address, c.nowMs],
  );
  return rows[0]!.id;
}

/**
 * The code was right: the address is used from now on. Where the channel had one, that contact takes it over, so that what waits
 * to be sent to it goes to the new address.
 * @returns the contact in use
 */
export async function verifyContact(
  client: Client,
  userId: number,
  contact: ContactRow,
  nowMs: number,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `with entered as (delete from notice_contact where id = $1 and exists (
         select 1 from notice_contact u where u.user_id = $4 and u.channel = $5 and u.verified_ms is not null)
       returning id)
     update notice_contact c set address = $2, verified_ms = $3, gone_ms = null, code_hash = null, code_until_ms = null, code_tries = 0
      where c.user_id = $4 and c.channel = $5
        and case when exists (select 1 from entered) then c.verified_ms is not null else c.id = $1 end
      returning c.id`,
    [contact.id, contact.address, nowMs, userId, contact.channel],
  );
  return rows[0]!.id;
}

/** The code was wrong once more. */
export async function countWrongCode(client: Client, id: number): Promise<void> {
  await client.query('update notice_contact set code_tries = code_tries + 1 where id = $1', [id]);
}

export async function deleteContact(client: Client, userId: number, id: number): Promise<void> {
  await client.query('delete from notice_contact where user_id = $1 and id = $2', [userId, id]);
}

/** What a person chose, by topic; topics without a row stand at their defaults. */
export async function listPreferences(
  client: Client,
  userId: number,
): Promise<{ topic: NoticeTopic; channels: PersonChannel[] }[]> {
  const { rows } = await client.query<{ topic: NoticeTopic; channels: PersonChannel[] }>(
    'select topic, channels::text[] as channels from notice_preference where user_id = $1',
    [userId],
  );
  return rows;
}

export async function savePreference(
  client: Client,
  p: { userId: number; topic: NoticeTopic; channels: readonly PersonChannel[] },
): Promise<void> {
  await client.query(
    `insert into notice_preference (user_id, topic, channels) values ($1, $2, $3::notice_channel[])
     on conflict (user_id, topic) do update set channels = excluded.channels`,
    [p.userId, p.topic, p.channels],
  );
}

export async function findLanguage(client: Client, userId: number): Promise<NoticeLanguage> {
  const { rows } = await client.query<{ language: NoticeLanguage }>(
    'select language from app_user where id = $1',
    [userId],
  );
  return rows[0]?.language ?? 'zh-CN';
}

export async function saveLanguage(client: Client, userId: number, language: NoticeLanguage): Promise<void> {
  await client.query('update app_user set language = $2 where id = $1', [userId, language]);
}
