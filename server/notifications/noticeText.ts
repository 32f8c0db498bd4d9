import { createTranslator } from 'use-intl/core';
import alarmsEn from '../../components/i18n/messages/en/alarms.json';
import messagesEn from '../../components/i18n/messages/en/messages.json';
import alarmsZh from '../../components/i18n/messages/zh-CN/alarms.json';
import messagesZh from '../../components/i18n/messages/zh-CN/messages.json';
import { FEEDER_WARNING_SHARE } from '../../domain/detection/feederOverload';
import type { NoticeLanguage } from '../../domain/notices/noticeChannel';
import { moneyOfLevel, unitsOfLevel } from '../../domain/supply/lowBalanceLevels';
import { campusZone } from '../../domain/time/campusTime';
import { microFromText } from '../../domain/units';
import type { Message } from './channel';

const TEXTS = {
  'zh-CN': { messages: messagesZh, alarms: alarmsZh },
  en: { messages: messagesEn, alarms: alarmsEn },
} as const;

/** What a message tells of an alarm. */
export interface AlarmFacts {
  /** ms UTC. */
  readonly raisedMs: number;
  /** Code of the feeder at whose meter it stands; null: elsewhere. */
  readonly feeder: string | null;
  /** What the feeder draws and what its rule compared it with, W; null: it compared no power, or the load has gone. */
  readonly powerW: number | null;
  readonly limitW: number | null;
}

/** What a message is written from. */
export interface NoticeFacts {
  /** The same however often it is sent. */
  readonly id: string;
  readonly kind: string;
  readonly body: Readonly<Record<string, string | number | boolean>>;
  /** When the act happened, ms UTC. */
  readonly atMs: number;
  readonly alarmId: number | null;
  /** The alarm itself; null: the notice is about none. */
  readonly alarm: AlarmFacts | null;
  readonly place: { readonly code: string; readonly name: string; readonly nameEn: string | null } | null;
  readonly toResident: boolean;
  /** A group or a program, which many read. */
  readonly toGroup: boolean;
  readonly urgent: boolean;
  readonly language: NoticeLanguage;
  readonly timeZone: string;
  /** Of the campus, ISO 4217. */
  readonly currency: string;
}

/** The longest title: the template of an SMS holds nothing else. */
const TITLE_CHARS = 60;
/** Share of a feeder's rating that a rule compares its load with. */
const SHARE_OF_RATING: ReadonlyMap<string, number> = new Map([
  ['FEEDER_OVERLOAD', 1],
  ['FEEDER_80', FEEDER_WARNING_SHARE],
]);
/** Kinds that tell since when an alarm stands, not when the act was. */
const TELL_SINCE = new Set(['ALARM_ESCALATED', 'ALARM_ASSIGNED']);
/** Kinds besides alarms that name a rule, which may be missing. */
const TELL_RULE = new Set(['RULE_DOWNGRADED', 'SUPPLY_CUT', 'SUPPLY_RESTORED']);

type Words = (key: string, values?: Record<string, string | number>) => string;

/** Texts of one language. Keys are made of codes that tests hold complete, so a plain string is their type here. */
function wordsIn(language: NoticeLanguage, namespace: 'messages' | 'alarms'): Words {
  const translate: unknown = createTranslator({
    locale: language,
    messages: TEXTS[language][namespace],
    onError: (error) => {
      throw error;
    },
  });
  return translate as Words;
}

/** What groups and programs are told of notices that concern somebody's account: neither who nor how much. */
const TOLD_TO_GROUPS: Readonly<Record<string, readonly string[]>> = {
  RESTORE_REQUESTED: ['point'],
  LOAD_APPEALED: ['point'],
  RULE_DOWNGRADED: ['rule', 'building', 'right', 'counted'],
  GRANT_UNPAID: ['fund'],
  PAYMENT_SUSPENSE: ['ticket'],
  PAYMENT_HELD: ['ticket'],
  PAYMENT_CONFLICT: ['ticket'],
  PAYMENT_CHARGEBACK: ['ticket'],
};
/** Kinds whose words for groups are others, because those for persons name somebody. */
const OWN_WORDS_FOR_GROUPS = new Set(['RESTORE_REQUESTED', 'GRANT_UNPAID']);

function forGroup(facts: NoticeFacts): NoticeFacts {
  const told = TOLD_TO_GROUPS[facts.kind];
  if (!facts.toGroup || !told) return facts;
  const body = Object.fromEntries(Object.entries(facts.body).filter(([name]) => told.includes(name)));
  return { ...facts, body };
}

function keyOf({ kind, toResident, toGroup }: NoticeFacts): string {
  if (toResident && kind.startsWith('ALARM_')) return `messages.RESIDENT_${kind}`;
  return toGroup && OWN_WORDS_FOR_GROUPS.has(kind) ? `messages.GROUP_${kind}` : `messages.${kind}`;
}

/** The message of a notice in one language. @param publicUrl our own address, without a trailing slash */
export function noticeMessage(whole: NoticeFacts, publicUrl: string): Message {
  const facts = forGroup(whole);
  const { id, kind, body, language, place, alarmId, urgent } = facts;
  const t = wordsIn(language, 'messages');
  const key = keyOf(facts);
  const values = valuesOf(facts, t);
  const page = pageOf(facts);
  return {
    id,
    language,
    urgent,
    title: titleOf(t, `${key}.title`, values),
    text: t(`${key}.text`, values),
    link: page === null ? null : `${publicUrl}${page}`,
    facts: {
      kind,
      at: new Date(facts.atMs).toISOString(),
      incident: alarmId,
      place: place?.code ?? null,
      body,
    },
  };
}

/** A title; of a feeder the shorter words where it gets too long. */
function titleOf(t: Words, key: string, values: Record<string, string | number>): string {
  const title = t(key, values);
  return [...title].length > TITLE_CHARS ? t(key, { ...values, place: values.placeShort ?? '' }) : title;
}

/** The message that carries a code by which somebody shows that a contact is theirs. */
export function codeMessage(id: string, code: string, language: NoticeLanguage, atMs: number): Message {
  const t = wordsIn(language, 'messages');
  return {
    id,
    language,
    urgent: true,
    title: t('messages.CODE.title', { code }),
    text: t('messages.CODE.text', { code }),
    link: null,
    facts: { kind: 'CODE', at: new Date(atMs).toISOString(), incident: null, place: null, body: {} },
  };
}

function valuesOf(facts: NoticeFacts, t: Words): Record<string, string | number> {
  const { body, language, alarmId, timeZone, currency } = facts;
  const text = (name: string): string => String(body[name] ?? '');
  const rule = text('rule');
  const alarmWords =
    facts.kind.startsWith('ALARM_') || TELL_RULE.has(facts.kind) ? wordsIn(language, 'alarms') : null;
  const ruleTitle = alarmWords && rule !== '' ? alarmWords(`rules.${rule}.title`) : rule;
  const unit = typeof body.unit === 'string' ? ` ${t(`units.${body.unit}`)}` : null;
  const money = (decimal: string) => moneyText(decimal, unit === null ? currency : null) + (unit ?? '');
  const response = alarmWords && rule !== '' ? alarmWords(`rules.${rule}.response`) : '';
  return {
    ...Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])),
    alarm: alarmId ?? '',
    time: wallTime(timeZone, toldMs(facts)),
    place: placeWords(facts, t, 'atFeeder'),
    placeShort: placeWords(facts, t, 'atFeederShort'),
    incident: alarmId ?? 0,
    rule: ruleTitle,
    response: withLoad(facts, t, response),
    cause:
      text('power') === '' || text('limit') === ''
        ? ruleTitle
        : t('tripOver', { rule: ruleTitle, power: whole(text('power')), limit: whole(text('limit')) }),
    amount: money(text('available') || text('amount') || text('before')),
    after: money(text('after')),
    budget: money(text('budget')),
    spent: money(text('spent')),
    used: whole(text('used')),
    limit: whole(text('limit')),
    expected: whole(text('expected')),
    level: levelWords(text('level'), unit, currency, t),
    unit: body.utility === undefined ? '' : t(`units.${text('utility')}`),
  };
}

/** The instant that a message tells, ms UTC: one that lies ahead, since when its alarm stands, else when the act was. */
function toldMs({ kind, body, alarm, atMs }: NoticeFacts): number {
  if (alarm && TELL_SINCE.has(kind)) return alarm.raisedMs;
  const ahead = kind === 'FINAL_NOTICE' ? body.cutAt : kind === 'RESTORE_HELD' ? body.until : null;
  return typeof ahead === 'number' && ahead > 0 ? ahead : atMs;
}

/** The feeder's alarm as staff are told of it; null: it stands at none, or somebody who lives there is told. */
function feederAlarm({ kind, alarm, toResident }: NoticeFacts): AlarmFacts | null {
  return kind.startsWith('ALARM_') && !toResident && alarm?.feeder ? alarm : null;
}

function placeWords(facts: NoticeFacts, t: Words, atFeeder: 'atFeeder' | 'atFeederShort'): string {
  const { place, language } = facts;
  const name = place ? (language === 'en' ? (place.nameEn ?? place.name) : place.name) : t('campus');
  const feeder = feederAlarm(facts)?.feeder;
  return feeder ? t(atFeeder, { place: name, feeder }) : name;
}

/** What to do, after what a feeder draws of its rating where the alarm compared it. */
function withLoad(facts: NoticeFacts, t: Words, response: string): string {
  const { powerW = null, limitW = null } = feederAlarm(facts) ?? {};
  const share = SHARE_OF_RATING.get(String(facts.body.rule));
  if (powerW === null || limitW === null || share === undefined) return response;
  return t('ofRating', { power: powerText(powerW), rating: powerText(limitW / share), response });
}

/** A feeder's power to three figures, in kW, from 10,000 kW in MW, as lists show it. */
function powerText(powerW: number): string {
  const [unit, watts] = powerW >= 10_000_000 ? (['MW', 1_000_000] as const) : (['kW', 1_000] as const);
  const format = new Intl.NumberFormat('en', {
    ...{ minimumSignificantDigits: 3, maximumSignificantDigits: 3 },
    ...{ maximumFractionDigits: 0, roundingPriority: 'morePrecision' as const },
  });
  return `${format.format(powerW / watts)} ${unit}`;
}

/** Words of the level that a low-balance notice names: by money, by time left, or by units of an account that holds them. */
function levelWords(level: string, unit: string | null, currency: string, t: Words): string {
  if (level === '') return '';
  const [units, money] = [unitsOfLevel(level), moneyOfLevel(level)];
  if (units !== null) return t('levels.UNDER', { quantity: `${units}${unit ?? ''}` });
  return money === null ? t(`levels.${level}`) : t('levels.UNDER', { quantity: moneyText(money, currency) });
}

/** HH:MM by the campus wall. */
function wallTime(timeZone: string, atMs: number): string {
  const { hour, minute } = campusZone(timeZone).wallAt(atMs);
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** Rounded down to hundredths, as balances are shown; null: of an account that holds units. */
function moneyText(text: string, currency: string | null): string {
  const micro = text === '' ? null : microFromText(text);
  if (micro === null) return '';
  const cents = micro / 10_000n - (micro < 0n && micro % 10_000n !== 0n ? 1n : 0n);
  const size = cents < 0n ? -cents : cents;
  const decimal = `${cents < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')}`;
  if (currency === null) return decimal;
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  });
  return format.format(decimal as Intl.StringNumericLiteral);
}

/** A quantity of a month, to the whole unit. */
function whole(text: string): string {
  return /^-?\d+(\.\d+)?$/.test(text)
    ? new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(text as Intl.StringNumericLiteral)
    : text;
}

/** The page that a message leads to. */
function pageOf({ kind, body, alarmId, toResident }: NoticeFacts): string | null {
  if (toResident) return kind === 'LOW_BALANCE' || kind === 'FINAL_NOTICE' ? '/me/topup' : '/me';
  if (kind.startsWith('ALARM_') || kind === 'LOAD_APPEALED') return `/alarms/${alarmId}`;
  if (kind.startsWith('QUOTA')) return `/quota/${encodeURIComponent(String(body.department))}`;
  if (kind === 'RULE_DOWNGRADED') return '/admin/rules';
  if (kind.startsWith('PAYMENT_')) return '/finance/payments';
  return kind.startsWith('FUND_') || kind === 'GRANT_UNPAID' ? '/finance/tariffs' : null;
}
