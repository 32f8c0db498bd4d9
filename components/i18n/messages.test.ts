import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { alarmBaseStateSchema, balanceBandSchema, liveCommandSchema } from '../../contracts/liveEvents';
import { ALARM_RULE_CODES } from '../../domain/alarms/alarmCatalogue';
import { FAILURES } from '../../domain/inspection/deviceCheck';
import { UTILITIES } from '../../domain/metering/reading';
import { COMMAND_STATES, commandTrackState } from '../../domain/supply/commandMachine';
import type { DisconnectRule } from '../../domain/supply/disconnectPolicy';
import type { InterlockReason } from '../../domain/supply/interlocks';
import type { ClearRefusal, ReconnectRule } from '../../domain/supply/reconnectPolicy';
import { PROTECTIONS, SUPPLY_REASONS, SWITCH_POSITIONS, TRIP_CAUSES } from '../../domain/supply/supplyState';
import { LOCALES } from './locale';

type Texts = { [key: string]: string | Texts };

const folder = path.join(import.meta.dirname, 'messages');
const files = (locale: string) => readdirSync(path.join(folder, locale)).sort();
const read = (locale: string, file: string): Texts =>
  JSON.parse(readFileSync(path.join(folder, locale, file), 'utf8'));

/** Every text of a catalogue under its full key. */
function flat(texts: Texts, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') out.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) out.set(inner, text);
  }
  return out;
}

/** Names of the arguments of an ICU text. */
function argumentsOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\s*(\w+)\s*[,}]/g)].map((match) => match[1]!))].sort();
}

/** Keys of a record that the compiler makes complete: a code without an entry here is an error. */
const every = <K extends string>(codes: Record<K, true>): K[] => Object.keys(codes) as K[];

const REFUSALS = every<InterlockReason | ClearRefusal>({
  LIFE_SAFETY: true,
  GAS_NEVER_OPENED: true,
  CREDIT_PROTECTED: true,
  MAINTENANCE_TAG: true,
  GAS_ALARM_OPEN: true,
  OFFLINE: true,
  STALE: true,
  COMMAND_LIVE: true,
  ARMED_BY_OTHER: true,
  MAPPING_CHANGED: true,
  MIN_OFF_TIME: true,
  MIN_ON_TIME: true,
  RELAY_RATE: true,
  CONFIRMATION_NEEDED: true,
  TOO_EARLY: true,
  STAFF_NEEDED: true,
  ENDS_BY_ITSELF: true,
  ON_SITE_ONLY: true,
});

const DISCONNECT_RULES = every<DisconnectRule>({
  LIFE_SAFETY: true,
  SAFETY: true,
  CREDIT_LEFT: true,
  ENTITLEMENT_LEFT: true,
  GAS_NEVER_FOR_CREDIT: true,
  WATER_TRICKLE_ONLY: true,
  LOCKOUT: true,
  PROTECTED_CREDIT: true,
  POSTPAID: true,
  GRACE: true,
  NO_CUT_PERIOD: true,
  OUTAGE_GRACE: true,
  STALE: true,
  ELIGIBLE_60S: true,
  FINAL_NOTICE: true,
  EARLY_TRIP: true,
  CREDIT_USED_UP: true,
});

/** Why a command is taken back, dropped or replaced before a meter could do it. */
const COMMAND_ENDS = every<
  | InterlockReason
  | DisconnectRule
  | 'UNDONE'
  | 'NO_LONGER_WANTED'
  | 'NO_ACCOUNT'
  | 'UNKNOWN_OP'
  | 'NO_SIGNING_KEY'
  | 'NOT_SUPPORTED'
>({
  UNDONE: true,
  NO_LONGER_WANTED: true,
  NO_ACCOUNT: true,
  UNKNOWN_OP: true,
  NO_SIGNING_KEY: true,
  NOT_SUPPORTED: true,
  LIFE_SAFETY: true,
  GAS_NEVER_OPENED: true,
  CREDIT_PROTECTED: true,
  MAINTENANCE_TAG: true,
  GAS_ALARM_OPEN: true,
  OFFLINE: true,
  STALE: true,
  COMMAND_LIVE: true,
  ARMED_BY_OTHER: true,
  MAPPING_CHANGED: true,
  MIN_OFF_TIME: true,
  MIN_ON_TIME: true,
  RELAY_RATE: true,
  SAFETY: true,
  CREDIT_LEFT: true,
  ENTITLEMENT_LEFT: true,
  GAS_NEVER_FOR_CREDIT: true,
  WATER_TRICKLE_ONLY: true,
  LOCKOUT: true,
  PROTECTED_CREDIT: true,
  POSTPAID: true,
  GRACE: true,
  NO_CUT_PERIOD: true,
  OUTAGE_GRACE: true,
  ELIGIBLE_60S: true,
  FINAL_NOTICE: true,
  EARLY_TRIP: true,
  CREDIT_USED_UP: true,
});

const RECONNECT_RULES = every<ReconnectRule>({
  CREDIT_RESTORED: true,
  OFF_OVER_24H: true,
  EARLY_TRIP: true,
  AFTER_TRIP: true,
  TRIP_REFUTED: true,
  TRIP_LIMIT_REACHED: true,
  INSPECTION: true,
  UNKNOWN_TRIP: true,
  MANUAL_RELEASE: true,
  TAG_HOLDER: true,
  SCHEDULE_END: true,
  QUOTA_DECISION: true,
  GAS_BY_HAND: true,
});

describe('texts', () => {
  test('both languages have the same features', () => {
    expect(files('en')).toEqual(files('zh-CN'));
  });

  for (const file of files('zh-CN')) {
    test(`${file}: no key is missing in either language, no text is empty, and arguments are the same`, () => {
      const [zh, en] = LOCALES.map((locale) => flat(read(locale, file)));
      expect([...en!.keys()].sort()).toEqual([...zh!.keys()].sort());
      for (const [key, text] of zh!) {
        expect(text.trim(), `${file} ${key} zh-CN`).not.toBe('');
        expect(en!.get(key)!.trim(), `${file} ${key} en`).not.toBe('');
        expect(argumentsOf(en!.get(key)!), `${file} ${key} arguments`).toEqual(argumentsOf(text));
      }
    });
  }

  test.each([
    ['commandState', COMMAND_STATES],
    ['trackState', COMMAND_STATES.map(commandTrackState)],
    ['trackTitle', COMMAND_STATES.map(commandTrackState)],
    ['commandEnd', COMMAND_ENDS],
    ['commandAction', liveCommandSchema.shape.action.options],
    ['supplyReason', SUPPLY_REASONS],
    ['cause', [...TRIP_CAUSES, 'EARLY_TRIP']],
    ['utility', UTILITIES],
    ['protection', PROTECTIONS],
    ['position', SWITCH_POSITIONS],
    ['band', balanceBandSchema.options],
    ['refusal', REFUSALS],
    ['disconnectRule', DISCONNECT_RULES],
    ['reconnectRule', RECONNECT_RULES],
    ['alarmState', [...alarmBaseStateSchema.options, 'SHELVED', 'SUPPRESSED_BY_DESIGN', 'OUT_OF_SERVICE']],
  ])('every code of %s has words in both languages', (group, codes) => {
    for (const locale of LOCALES) {
      const texts = flat(read(locale, 'codes.json'));
      for (const code of codes)
        expect(texts.has(`${group}.${code}`), `${locale} ${group}.${code}`).toBe(true);
    }
  });

  test('texts of refusals take sums of money from the rules that set them', () => {
    for (const locale of LOCALES)
      for (const [key, text] of flat(read(locale, 'codes.json').refusal as Texts))
        expect(text, `${locale} ${key}`).not.toMatch(/\d[.,]\d\d(?!\d)/);
  });

  test('whatever fails a check of a device has words on its alarm in both languages', () => {
    for (const locale of LOCALES) {
      const texts = flat(read(locale, 'alarms.json'));
      for (const finding of Object.values(FAILURES).flat())
        expect(texts.has(`evidence.failed.${finding}`), `${locale} ${finding}`).toBe(true);
    }
  });

  test('every alarm rule says what, why, what follows and what to do in both languages', () => {
    for (const locale of LOCALES) {
      const texts = flat(read(locale, 'alarms.json'));
      for (const code of ALARM_RULE_CODES) {
        for (const part of ['title', 'cause', 'consequence', 'response']) {
          expect(texts.has(`rules.${code}.${part}`), `${locale} ${code}.${part}`).toBe(true);
        }
      }
    }
  });
});
