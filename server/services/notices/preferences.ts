import { withTransaction } from '../../../db/client';
import {
  findLanguage,
  listContacts,
  listPreferences,
  saveLanguage,
  savePreference,
} from '../../../db/queries/noticeContacts';
import { DomainError, invalid } from '../../../domain/errors';
import {
  type NoticeLanguage,
  PERSON_CHANNELS,
  type PersonChannel,
} from '../../../domain/notices/noticeChannel';
import {
  DEFAULT_CHANNELS,
  fewestChannels,
  NOTICE_TOPICS,
  type NoticeTopic,
} from '../../../domain/notices/noticeTopic';
import type { Caller } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import type { NoticeDesk } from '../../notifications/noticeDesk';
import type { ServiceDeps } from '../deps';
import { shownAddress } from './contactAddress';

/** Which right makes a topic somebody's concern. */
const TOPIC_OF_RIGHT: Readonly<Record<NoticeTopic, readonly Action[]>> = {
  SAFETY: ['ACKNOWLEDGE_ALARM', 'TOP_UP_OWN'],
  ALARM: ['ACKNOWLEDGE_ALARM'],
  SUPPLY: ['TOP_UP_OWN'],
  CREDIT: ['TOP_UP_OWN'],
  MONEY: ['TOP_UP_OWN'],
  QUOTA: ['REQUEST_QUOTA', 'SET_QUOTA'],
  FINANCE: ['CASH_DESK'],
  REQUEST: ['SET_LIMIT'],
};

/** How a person is reached, as they see and change it. */
export interface NoticePreferences {
  readonly language: NoticeLanguage;
  /** Channels that are configured here. */
  readonly offered: readonly PersonChannel[];
  /** Key by which a browser subscribes; null: push is not configured. */
  readonly pushKey: string | null;
  readonly contacts: readonly {
    readonly id: number;
    readonly channel: PersonChannel;
    /** Shortened; empty for a browser. */
    readonly address: string;
    readonly state: 'VERIFIED' | 'CODE_SENT' | 'GONE';
    readonly createdMs: number;
  }[];
  readonly topics: readonly {
    readonly topic: NoticeTopic;
    readonly channels: readonly PersonChannel[];
    /** Fewest channels that may stay chosen. */
    readonly fewest: number;
  }[];
}

/** Only a signed-in person has contacts. @throws DomainError `forbidden` `NO_PERSON` */
export function personOf(caller: Caller): number {
  if (!caller.user) throw new DomainError('forbidden', 'NO_PERSON', 'Only a person has contacts.');
  return caller.user.id;
}

export const topicsOf = (caller: Caller): NoticeTopic[] =>
  NOTICE_TOPICS.filter((topic) => TOPIC_OF_RIGHT[topic].some((action) => caller.permission(action) !== null));

/** The caller's contacts, topics and choices. */
export async function readPreferences(
  { database }: Pick<ServiceDeps, 'database'>,
  desk: NoticeDesk,
  caller: Caller,
): Promise<NoticePreferences> {
  const userId = personOf(caller);
  const offered = desk.offered();
  const [contacts, chosen, language] = await Promise.all([
    listContacts(database.pool, userId),
    listPreferences(database.pool, userId),
    findLanguage(database.pool, userId),
  ]);
  return {
    language,
    offered: PERSON_CHANNELS.filter((channel) => offered.includes(channel)),
    pushKey: desk.pushKey(),
    contacts: contacts.map(({ id, channel, address, verifiedMs, goneMs, createdMs }) => ({
      id,
      channel,
      address: shownAddress(channel, address),
      state: goneMs !== null ? 'GONE' : verifiedMs === null ? 'CODE_SENT' : 'VERIFIED',
      createdMs,
    })),
    topics: topicsOf(caller).map((topic) => ({
      topic,
      channels: chosen.find((one) => one.topic === topic)?.channels ?? DEFAULT_CHANNELS[topic],
      fewest: fewestChannels(topic),
    })),
  };
}

/**
 * Chooses the channels of a topic.
 * @throws DomainError `invalid` `SAFETY_NEEDS_CHANNEL` at /channels where none of them reaches the person on a topic that keeps one;
 *   `UNKNOWN_TOPIC` at /topic
 */
export async function choosePreference(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  input: { topic: NoticeTopic; channels: readonly PersonChannel[] },
): Promise<void> {
  const userId = personOf(caller);
  const { topic } = input;
  if (!topicsOf(caller).includes(topic))
    throw invalid('/topic', 'UNKNOWN_TOPIC', 'Nobody of your roles is told of this.');
  const channels = PERSON_CHANNELS.filter((channel) => input.channels.includes(channel));
  await withTransaction(database, async ({ client }) => {
    const usable = (await listContacts(client, userId)).filter(
      ({ verifiedMs, goneMs }) => verifiedMs !== null && goneMs === null,
    );
    const reached = new Set(
      usable.map(({ channel }) => channel).filter((channel) => channels.includes(channel)),
    );
    if (reached.size < fewestChannels(topic))
      throw invalid(
        '/channels',
        'SAFETY_NEEDS_CHANNEL',
        'Safety keeps at least one channel that reaches you.',
      );
    await savePreference(client, { userId, topic, channels });
  });
}

/** Chooses the language of messages. */
export async function chooseLanguage(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  language: NoticeLanguage,
): Promise<void> {
  await saveLanguage(database.pool, personOf(caller), language);
}
