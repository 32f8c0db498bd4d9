import { describe, expect, it } from 'vitest';
import { countedVerdicts, needsNote, precisionOf } from './alarmVerdict';

describe('precision of a rule', () => {
  it('is the share of right alarms among those of which a verdict can say so', () => {
    expect(precisionOf({ right: 3, wrong: 4, nuisance: 5, unclear: 100 })).toBe(0.25);
    expect(countedVerdicts({ right: 3, wrong: 4, nuisance: 5, unclear: 100 })).toBe(12);
  });

  it('is not known before anything is judged: neither good nor bad', () => {
    expect(precisionOf({ right: 0, wrong: 0, nuisance: 0, unclear: 7 })).toBeNull();
  });

  it('whoever says that an alarm was not right says why', () => {
    expect((['TRUE', 'FALSE', 'NUISANCE', 'UNCLEAR'] as const).filter(needsNote)).toEqual([
      'FALSE',
      'NUISANCE',
      'UNCLEAR',
    ]);
  });
});
