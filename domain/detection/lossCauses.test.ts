import { describe, expect, test } from 'vitest';
import { residualCause, suspectCause } from './lossCauses';
import { lossBand, lossParams, nonTechnicalLossRule } from './nonTechnicalLoss';

const fell = { signs: [], beforeKwh: 10, sinceKwh: 4, clockWrong: false };

describe('a suspect is called by no stronger word than its evidence bears', () => {
  test.each([
    ['FELL', fell],
    ['SILENT_COUNT', { ...fell, sinceKwh: 0.5 }],
    ['STOPPED', { ...fell, sinceKwh: 0, signs: ['FROZEN_REGISTER'] }],
    ['BYPASS', { ...fell, signs: ['FROZEN_REGISTER', 'NEUTRAL_CURRENT'] }],
    ['BYPASS', { ...fell, signs: ['RELAY_WELD_OR_BYPASS'] }],
    ['DRIFT', { ...fell, clockWrong: true }],
    ['DRIFT', { ...fell, signs: ['CLOCK_DRIFT'] }],
    ['FELL', { ...fell, signs: ['OVERLOAD'] }],
  ] as const)('%s', (cause, evidence) => {
    expect(suspectCause(evidence)).toBe(cause);
  });
});

test('a residual that no meter explains is unmetered use; without one there is nothing to explain', () => {
  expect(residualCause(null, [])).toBe('NONE');
  expect(residualCause(-1, [])).toBe('NONE');
  expect(residualCause(10, [])).toBe('UNMETERED');
  expect(residualCause(10, [2, 2])).toBe('UNMETERED');
  expect(residualCause(10, [3, 2])).toBe('SUSPECTS');
});

describe('the expected band', () => {
  const days = (count: number, lossOf: (at: number) => number) =>
    Array.from({ length: count }, (_, at) => ({
      date: `2026-10-${String(at + 1).padStart(2, '0')}`,
      ...{ endMs: at, supplyKwh: 1_000, childrenKwh: 1_000 - lossOf(at), completeness: 1 },
    }));
  const stateOf = (list: ReturnType<typeof days>) =>
    list.reduce(
      (state, day) => nonTechnicalLossRule.step(state, day, lossParams({})).state,
      nonTechnicalLossRule.initial,
    );

  test('is what the rule itself counts by: beyond its edge a day is over, within it is not', () => {
    const state = stateOf(days(20, (at) => 30 + (at % 3)));
    const band = lossBand(state, lossParams({}))!;
    expect(band).toMatchObject({ days: 20 });
    expect(band.share).toBeCloseTo(0.031, 3);
    const daysOverAt = (share: number) =>
      nonTechnicalLossRule.step(
        state,
        {
          date: '2026-11-01',
          endMs: 99,
          supplyKwh: 1_000,
          childrenKwh: 1_000 * (1 - share),
          completeness: 1,
        },
        lossParams({}),
      ).state.daysOver;
    expect(daysOverAt(band.high + 0.0001)).toBe(1);
    expect(daysOverAt(band.high - 0.0001)).toBe(0);
  });

  test('is not given before fourteen days are learned', () => {
    expect(lossBand(stateOf(days(13, () => 30)), lossParams({}))).toBeNull();
    expect(lossBand(stateOf(days(14, () => 30)), lossParams({}))).not.toBeNull();
  });
});
