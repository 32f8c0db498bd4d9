import { describe, expect, it } from 'vitest';
import { VACANT_USE_DEFAULTS, type VacantDay, vacantUseRule } from './vacantUse';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 6, 1);

/** What is said of days in a row, as `day KIND`. */
function told(days: readonly Partial<VacantDay>[]): string[] {
  let state = vacantUseRule.initial;
  return days.flatMap((day, n) => {
    const endMs = START + (n + 1) * DAY_MS;
    const date = new Date(START + n * DAY_MS).toISOString().slice(0, 10);
    const step = vacantUseRule.step(
      state,
      { date, endMs, vacant: true, kwh: 0, complete: true, ...day },
      VACANT_USE_DEFAULTS,
    );
    state = step.state;
    return step.signal ? [`${n} ${step.signal.kind}`] : [];
  });
}

describe('use in a vacant room', () => {
  it('is said at the end of the first day over 0.2 kWh, again each day, and is over after a quiet one', () => {
    expect(told([{ kwh: 0.2 }, { kwh: 0.9 }, { kwh: 1.4 }, { kwh: 0.05 }, { kwh: 0.05 }])).toEqual([
      '1 RAISE',
      '2 RAISE',
      '3 RETURN',
    ]);
  });

  it('is never said of a room in which somebody lives, and is over when somebody moves in', () => {
    expect(told([{ vacant: false, kwh: 9 }, { kwh: 3 }, { vacant: false, kwh: 9 }])).toEqual([
      '1 RAISE',
      '2 RETURN',
    ]);
  });

  it('is not over by silence: a day that was not read, or only in part, proves no stillness', () => {
    expect(
      told([{ kwh: 2 }, { kwh: null, complete: false }, { kwh: 0.01, complete: false }, { kwh: 0.01 }]),
    ).toEqual(['0 RAISE', '3 RETURN']);
  });

  it('is said of a day that was read in part, where the part is enough', () => {
    expect(told([{ kwh: 0.3, complete: false }])).toEqual(['0 RAISE']);
  });

  it('judges a day once', () => {
    const day: VacantDay = {
      date: '2026-07-01',
      endMs: START + DAY_MS,
      vacant: true,
      kwh: 1,
      complete: true,
    };
    const { state } = vacantUseRule.step(vacantUseRule.initial, day, VACANT_USE_DEFAULTS);
    expect(vacantUseRule.step(state, day, VACANT_USE_DEFAULTS)).toEqual({ state, signal: null });
  });
});
