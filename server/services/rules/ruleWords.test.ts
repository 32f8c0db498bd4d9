import { expect, it } from 'vitest';
import { ALARM_RULE_CODES } from '../../../domain/alarms/alarmCatalogue';
import { missingOf, missingOfRule } from './ruleWords';

const whole = { cause: 'c', consequence: 'q', response: 'r' };

it('a rule without response text or time to act is not whole, in whichever language it lacks', () => {
  expect(missingOf({ actWithinMs: 60_000, texts: [whole, whole] })).toEqual([]);
  expect(missingOf({ actWithinMs: 60_000, texts: [whole, { ...whole, response: ' ' }] })).toEqual([
    'RESPONSE',
  ]);
  expect(missingOf({ actWithinMs: 0, texts: [whole, whole] })).toEqual(['TIME_TO_ACT']);
  expect(missingOf({ actWithinMs: 60_000, texts: [whole, undefined] })).toEqual([
    'CAUSE',
    'CONSEQUENCE',
    'RESPONSE',
  ]);
});

it.each(ALARM_RULE_CODES)('%s is whole', (rule) => {
  expect(missingOfRule(rule)).toEqual([]);
});

it('a rule of which this version knows nothing lacks everything', () => {
  expect(missingOfRule('GONE_RULE')).toEqual(['CAUSE', 'CONSEQUENCE', 'RESPONSE', 'TIME_TO_ACT']);
});
