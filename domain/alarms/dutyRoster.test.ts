import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callOn,
  DUTY_LEVELS,
  type DutyLevel,
  type DutyShift,
  dutyGaps,
  dutyRungs,
  operatorsAt,
} from './dutyRoster';

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
  const first = (target: Parameters<typeof dutyRungs>[1], path: number[], at = 50, shifts = roster) =>
    dutyRungs(shifts, target, path, at)[0];

  it('is everybody on duty for the place, the smallest zone first', () => {
    expect(first('NEXT_ON_DUTY', [CAMPUS, NORTH, ROOM])).toEqual({ userIds: [12, 11], level: 'ON_DUTY' });
    expect(first('NEXT_ON_DUTY', [])?.userIds).toEqual([11]);
  });
  it('is the next level up where nobody fills the asked one', () => {
    expect(first('SHIFT_LEAD', [CAMPUS, NORTH, ROOM])).toEqual({ userIds: [31], level: 'DUTY_MANAGER' });
    expect(first('SHIFT_LEAD', [CAMPUS, SOUTH])?.userIds).toEqual([21]);
  });
  it('is nobody of the roster outside the shifts: the first instant counts, the last does not', () => {
    expect(first('NEXT_ON_DUTY', [CAMPUS], 100)).toBeUndefined();
    expect(first('NEXT_ON_DUTY', [CAMPUS], 0)?.level).toBe('ON_DUTY');
    expect(first('DUTY_MANAGER', [CAMPUS], 50, [])).toBeUndefined();
  });

  const call = (told: readonly number[], unreached: readonly number[]) =>
    callOn(
      dutyRungs(roster, 'NEXT_ON_DUTY', [CAMPUS, SOUTH], 50),
      (id) => !unreached.includes(id),
      (id) => told.includes(id),
    );
  it('is nobody twice: who was told already is passed over, up to the next level', () => {
    expect(call([], [])).toEqual({ userIds: [13, 11], level: 'ON_DUTY', tried: 'ON_DUTY', missed: [] });
    expect(call([13], []).userIds).toEqual([11]);
    expect(call([13, 11], [])).toMatchObject({ userIds: [21], level: 'SHIFT_LEAD', tried: 'SHIFT_LEAD' });
    expect(call([11, 13, 21, 31], [])).toEqual({ userIds: [], level: null, tried: null, missed: [] });
  });
  it('is the next level at once where nothing can be sent to those who are called, and they are named', () => {
    expect(call([11, 13], [21])).toEqual({
      userIds: [31],
      level: 'DUTY_MANAGER',
      tried: 'SHIFT_LEAD',
      missed: [21],
    });
    expect(call([], [13])).toMatchObject({ userIds: [11], level: 'ON_DUTY', missed: [13] });
    expect(call([], [11, 13, 21, 31])).toMatchObject({ level: null, missed: [13, 11, 21, 31] });
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
