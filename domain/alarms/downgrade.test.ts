import { describe, expect, it } from 'vitest';
import { ALARM_CATALOGUE, ALARM_RULE_CODES } from './alarmCatalogue';
import { downgradedPriority, isWrongTooOften, mayBeDowngraded } from './downgrade';

const counts = (right: number, wrong: number, nuisance = 0) => ({ right, wrong, nuisance, unclear: 0 });

describe('a rule that is wrong too often only tells', () => {
  it('from thirty verdicts on, with fewer than half of them right', () => {
    expect(isWrongTooOften(counts(14, 16))).toBe(true);
    expect(isWrongTooOften(counts(14, 10, 6))).toBe(true);
    expect(isWrongTooOften(counts(15, 15))).toBe(false);
    expect(isWrongTooOften(counts(0, 29))).toBe(false);
    expect(isWrongTooOften({ ...counts(0, 29), unclear: 100 })).toBe(false);
    expect(isWrongTooOften(counts(0, 0))).toBe(false);
  });

  it('never gas, current to earth, tampering, bursts, overload, money or proof of supply', () => {
    for (const code of ALARM_RULE_CODES) {
      const rule = ALARM_CATALOGUE[code];
      const hazard = rule.priority === 'P1' || rule.latching || rule.objectKind === 'SITE';
      if (hazard) expect(mayBeDowngraded(code), code).toBe(false);
    }
    for (const code of [
      'GAS_DETECTOR_FAULT',
      'LEAKAGE',
      'OVERLOAD',
      'OVER_CURRENT',
      'NEUTRAL_CURRENT',
      'REVERSE_ENERGY',
      'CUT_NOT_PROVEN',
      'RESTORE_FAILED',
      'RESTORE_HELD',
      'LIFE_SAFETY_DARK',
    ])
      expect(mayBeDowngraded(code), code).toBe(false);
    expect(mayBeDowngraded('FORBIDDEN_LOAD')).toBe(true);
  });

  it('its word is one priority lower, but danger stays danger', () => {
    expect((['P1', 'P2', 'P3', 'P4'] as const).map(downgradedPriority)).toEqual(['P1', 'P3', 'P4', 'P4']);
  });
});
