import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DUTY_LEVELS, type DutyLevel, type DutyShift, dutyCall, dutyGaps, operatorsAt } from './dutyRoster';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 150;
const [CAMPUS, NORTH, SOUTH, ROOM] = [1, 2, 3, 4];
const shift = (userId: number, level: DutyLevel, spaceId: number | null = null): DutyShift => ({
  userId,
  level,
  spaceId,
  from: 0,
  to: 100,
});

describe('who is told', () => {
  const roster = [
    shift(11, 'ON_DUTY'),
    shift(12, 'ON_DUTY', NORTH),
    shift(13, 'ON_DUTY', SOUTH),
    shift(21, 'SHIFT_LEAD', SOUTH),
    shift(31, 'DUTY_MANAGER'),
  ];
  it('is everybody on duty for the place, the smallest zone first', () => {
    expect(dutyCall(roster, 'NEXT_ON_DUTY', [CAMPUS, NORTH, ROOM], 50)).toEqual({
      userIds: [12, 11],
      level: 'ON_DUTY',
    });
    expect(dutyCall(roster, 'NEXT_ON_DUTY', [], 50).userIds).toEqual([11]);
  });
  it('is the next level up where nobody fills the asked one', () => {
    expect(dutyCall(roster, 'SHIFT_LEAD', [CAMPUS, NORTH, ROOM], 50)).toEqual({
      userIds: [31],
      level: 'DUTY_MANAGER',
    });
    expect(dutyCall(roster, 'SHIFT_LEAD', [CAMPUS, SOUTH], 50).userIds).toEqual([21]);
  });
  it('is nobody of the roster outside the shifts: the first instant counts, the last does not', () => {
    expect(dutyCall(roster, 'NEXT_ON_DUTY', [CAMPUS], 100)).toEqual({ userIds: [], level: null });
    expect(dutyCall(roster, 'NEXT_ON_DUTY', [CAMPUS], 0).level).toBe('ON_DUTY');
    expect(dutyCall([], 'DUTY_MANAGER', [CAMPUS], 50).level).toBeNull();
  });
});

it('gaps and shifts of a level together cover the time, and never lie over one another', () => {
  const shifts = fc.array(
    fc
      .record({
        userId: fc.nat(5),
        level: fc.constantFrom(...DUTY_LEVELS),
        spaceId: fc.constantFrom(null, NORTH),
        from: fc.integer({ min: -20, max: 60 }),
        length: fc.integer({ min: 1, max: 40 }),
      })
      .map(({ length, ...one }): DutyShift => ({ ...one, to: one.from + length })),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(shifts, (list) => {
      const gaps = dutyGaps(list, 0, 50);
      for (const level of DUTY_LEVELS)
        for (let at = 0; at < 50; at++) {
          const filled = list.some((one) => one.level === level && one.from <= at && at < one.to);
          const gap = gaps.filter((one) => one.level === level && one.from <= at && at < one.to);
          expect([level, at, gap.length]).toEqual([level, at, filled ? 0 : 1]);
        }
      expect(operatorsAt(list, 25)).toBe(
        new Set(
          list
            .filter(({ level, from, to }) => level === 'ON_DUTY' && from <= 25 && 25 < to)
            .map((s) => s.userId),
        ).size,
      );
    }),
    { numRuns: RUNS },
  );
});
