import en from '../../../components/i18n/messages/en/alarms.json';
import zhCN from '../../../components/i18n/messages/zh-CN/alarms.json';
import { ALARM_CATALOGUE, type AlarmRuleCode } from '../../../domain/alarms/alarmCatalogue';

/** What an alarm must say before its rule may be changed: an alarm without a response would be an event. */
export type MissingWord = 'CAUSE' | 'CONSEQUENCE' | 'RESPONSE' | 'TIME_TO_ACT';

type Texts = Partial<Record<'cause' | 'consequence' | 'response', string>>;

/** What is missing of a definition, in any of its languages. */
export function missingOf(definition: {
  readonly actWithinMs: number;
  readonly texts: readonly (Texts | undefined)[];
}): MissingWord[] {
  const { actWithinMs, texts } = definition;
  const lacks = (part: keyof Texts) => texts.some((one) => (one?.[part] ?? '').trim() === '');
  return [
    ...(lacks('cause') ? ['CAUSE' as const] : []),
    ...(lacks('consequence') ? ['CONSEQUENCE' as const] : []),
    ...(lacks('response') ? ['RESPONSE' as const] : []),
    ...(actWithinMs > 0 ? [] : ['TIME_TO_ACT' as const]),
  ];
}

/** What is missing of a rule as it stands in the catalogue; everything of one that is not in it. */
export function missingOfRule(rule: string): MissingWord[] {
  return missingOf({
    actWithinMs: Object.hasOwn(ALARM_CATALOGUE, rule)
      ? ALARM_CATALOGUE[rule as AlarmRuleCode].actWithinMs
      : 0,
    texts: [en, zhCN].map((texts) => (texts.rules as Partial<Record<string, Texts>>)[rule]),
  });
}
