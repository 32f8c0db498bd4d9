import { expect, it } from 'vitest';
import { RULE_SETTINGS } from '../../domain/detection/ruleSettings';
import { bodyOf, fieldText } from './settingFields';

it('a duration is shown and typed in seconds, and stored in ms; what is left empty is left out', () => {
  const stored = { limitW: 1_200, onDelayMs: 10_500 };
  const shown = {
    limitW: fieldText('limitW', stored.limitW),
    onDelayMs: fieldText('onDelayMs', stored.onDelayMs),
    offDelayMs: fieldText('offDelayMs', undefined),
  };
  expect(shown).toEqual({ limitW: '1200', onDelayMs: '10.5', offDelayMs: '' });
  expect(bodyOf(RULE_SETTINGS.OVERLOAD!, shown)).toEqual({ body: stored, notNumbers: [] });
});
