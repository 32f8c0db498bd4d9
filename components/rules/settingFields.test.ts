import { expect, it } from 'vitest';
import { RULE_SETTINGS } from '../../domain/detection/ruleSettings';
import { bodyOf, fieldText } from './settingFields';

it('a duration is shown and typed in seconds, and stored in ms; what is left empty is left out', () => {
  const stored = { limitW: 1_200, onDelayMs: 10_500 };
  const shown = {
    limitW: fieldText('OVERLOAD', 'limitW', stored.limitW),
    onDelayMs: fieldText('OVERLOAD', 'onDelayMs', stored.onDelayMs),
    offDelayMs: fieldText('OVERLOAD', 'offDelayMs', undefined),
  };
  expect(shown).toEqual({ limitW: '1200', onDelayMs: '10.5', offDelayMs: '' });
  expect(bodyOf('OVERLOAD', RULE_SETTINGS.OVERLOAD!, shown)).toEqual({ body: stored, notNumbers: [] });
});

it.each([
  [0.03, '30'],
  [0.035, '35'],
  [0.0105, '10.5'],
  [0.3, '300'],
])('a leakage of %d A is shown and typed in mA as %s, and stored as it was', (limitA, shown) => {
  expect(fieldText('LEAKAGE', 'limitA', limitA)).toBe(shown);
  expect(bodyOf('LEAKAGE', RULE_SETTINGS.LEAKAGE!, { limitA: shown }).body).toEqual({ limitA });
});

it('a current that loads draw stays in A', () => {
  expect(fieldText('OVER_CURRENT', 'limitA', 16)).toBe('16');
  expect(bodyOf('OVER_CURRENT', RULE_SETTINGS.OVER_CURRENT!, { limitA: '16' }).body).toEqual({ limitA: 16 });
});
