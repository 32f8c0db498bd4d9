import { PERSON_CHANNELS, type PersonChannel } from './noticeChannel';

/** What a person chooses channels for. SAFETY holds alarms of priority P1 and P2. */
export const NOTICE_TOPICS = [
  'SAFETY',
  'ALARM',
  'SUPPLY',
  'CREDIT',
  'MONEY',
  'QUOTA',
  'FINANCE',
  'REQUEST',
] as const;
export type NoticeTopic = (typeof NOTICE_TOPICS)[number];

/** Topics about the places of staff, which a group or a program may be subscribed to; the others are a resident's own. */
export const GROUP_TOPICS = [
  'SAFETY',
  'ALARM',
  'QUOTA',
  'FINANCE',
  'REQUEST',
] as const satisfies NoticeTopic[];

/** Channels of whoever has not chosen: every verified contact for what matters, none for P3 alarms, no SMS for money that came. */
export const DEFAULT_CHANNELS: Readonly<Record<NoticeTopic, readonly PersonChannel[]>> = {
  SAFETY: PERSON_CHANNELS,
  ALARM: [],
  SUPPLY: PERSON_CHANNELS,
  CREDIT: PERSON_CHANNELS,
  MONEY: PERSON_CHANNELS.filter((channel) => channel !== 'SMS'),
  QUOTA: PERSON_CHANNELS,
  FINANCE: PERSON_CHANNELS,
  REQUEST: PERSON_CHANNELS,
};

/** Fewest channels of a topic that a person may keep: safety can't be switched off. */
export const fewestChannels = (topic: NoticeTopic): number => (topic === 'SAFETY' ? 1 : 0);

/** Who is told of a kind of notice, besides people whom an act names itself (those on duty). */
export interface NoticeAudience {
  readonly topic: NoticeTopic;
  /** Everybody who lives under the notice's account. */
  readonly residents: boolean;
  /** Roles for the whole campus or for the notice's department. */
  readonly roles: readonly string[];
  /** Subscribed groups and programs. */
  readonly groups: boolean;
  /** It tells of a P1 or P2, of a cut that comes or has come, or of one that waits for a decision: past quiet hours. */
  readonly urgent: boolean;
}

const toResidents = (topic: NoticeTopic): NoticeAudience => ({
  topic,
  residents: true,
  roles: [],
  groups: false,
  // A final notice that waited for the morning would come after the cut it tells of.
  urgent: topic === 'SAFETY' || topic === 'SUPPLY',
});
const toRoles = (topic: NoticeTopic, ...roles: string[]): NoticeAudience => ({
  topic,
  residents: false,
  roles,
  groups: true,
  urgent: false,
});
/** The act names who is told. */
const toNamed = (topic: NoticeTopic): NoticeAudience => ({
  ...{ topic, residents: false, roles: [], groups: false, urgent: false },
});

const AUDIENCES: Readonly<Record<string, NoticeAudience>> = {
  LOW_BALANCE: toResidents('CREDIT'),
  FINAL_NOTICE: toResidents('SUPPLY'),
  EARLY_TRIP: toResidents('SUPPLY'),
  CONFIRM_RESTORE: toResidents('SUPPLY'),
  RESTORE_HELD: toResidents('SUPPLY'),
  SUPPLY_CUT: toResidents('SUPPLY'),
  SUPPLY_RESTORED: toResidents('SUPPLY'),
  FORBIDDEN_LOAD_WARN: toResidents('SAFETY'),
  FORBIDDEN_LOAD_TRIP: toResidents('SAFETY'),
  FORBIDDEN_LOAD_TRIP_STAFF: toResidents('SAFETY'),
  LOAD_APPEAL_DECIDED: toResidents('SAFETY'),
  DISPUTE_DECIDED: toResidents('MONEY'),
  SUBSIDY_GRANTED: toResidents('MONEY'),
  // Somebody sits in the dark until one of them decides.
  RESTORE_REQUESTED: { ...toRoles('REQUEST', 'ENERGY_MANAGER'), urgent: true },
  RESTORE_REFUSED: toNamed('REQUEST'),
  LOAD_APPEALED: toRoles('REQUEST', 'ENERGY_MANAGER'),
  RULE_DOWNGRADED: toRoles('REQUEST', 'ENERGY_MANAGER'),
  FUND_USED_UP: toRoles('FINANCE', 'FINANCE'),
  FUND_PAYS_AGAIN: toRoles('FINANCE', 'FINANCE'),
  GRANT_UNPAID: toRoles('FINANCE', 'FINANCE'),
  PAYMENT_SUSPENSE: toRoles('FINANCE', 'FINANCE'),
  PAYMENT_HELD: toRoles('FINANCE', 'FINANCE'),
  PAYMENT_CONFLICT: toRoles('FINANCE', 'FINANCE'),
  PAYMENT_CHARGEBACK: toRoles('FINANCE', 'FINANCE'),
};

/** Kinds of notices that are sent, for the check that each has its texts. */
export const SENT_KINDS: readonly string[] = [...Object.keys(AUDIENCES), 'QUOTA', 'QUOTA_FORECAST'];

/** Notices about somebody's money: for those alone who may see it. */
export function isAboutMoney(kind: string): boolean {
  const topic = noticeAudience(kind, null)?.topic;
  return topic === 'MONEY' || topic === 'FINANCE';
}

/**
 * Who is told of a notice of this kind; null: it stands on screens alone. A quota's notice names the role that it is for.
 * @param role of the notice's body, if it has one
 */
export function noticeAudience(kind: string, role: string | null): NoticeAudience | null {
  if (kind === 'QUOTA' || kind === 'QUOTA_FORECAST')
    return toRoles('QUOTA', ...(role === null ? [] : [role]));
  return AUDIENCES[kind] ?? null;
}
