import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Assignment, responsibilities } from './responsibility';

const WHOLE = 1_000_000;
const point = { pointId: 9, spacePath: [1, 2, 3] };
const given = (over: Partial<Assignment>): Assignment => ({
  departmentId: 1,
  spaceId: null,
  pointId: null,
  sharePpm: WHOLE,
  fromMs: 0,
  toMs: null,
  ...over,
});

describe('who answers for a point', () => {
  it('the nearest assignment alone counts: the point itself, else its nearest space', () => {
    const campus = given({ departmentId: 1, spaceId: 1 });
    const floor = given({ departmentId: 2, spaceId: 3 });
    const own = given({ departmentId: 3, pointId: 9 });
    const who = (list: Assignment[]) =>
      responsibilities(point, list, 0, 10).map(({ holders }) => holders.map((one) => one.departmentId));
    expect(who([campus])).toEqual([[1]]);
    expect(who([campus, floor])).toEqual([[2]]);
    expect(who([own, campus, floor])).toEqual([[3]]);
    expect(who([given({ spaceId: 7 }), given({ pointId: 8 })])).toEqual([]);
  });
  it('a change of hands divides the time, and time that nobody answers for is left out', () => {
    const list = [
      given({ departmentId: 1, spaceId: 2, fromMs: 2, toMs: 5 }),
      given({ departmentId: 2, spaceId: 2, fromMs: 5, sharePpm: 400_000 }),
      given({ departmentId: 3, spaceId: 2, fromMs: 5, sharePpm: 600_000 }),
    ];
    expect(responsibilities(point, list, 0, 9)).toEqual([
      { fromMs: 2, toMs: 5, holders: [{ departmentId: 1, sharePpm: WHOLE }] },
      {
        fromMs: 5,
        toMs: 9,
        holders: [
          { departmentId: 2, sharePpm: 400_000 },
          { departmentId: 3, sharePpm: 600_000 },
        ],
      },
    ]);
  });
  it('no instant is counted twice, whatever the assignments', () => {
    const edge = fc.integer({ min: 0, max: 20 });
    const one = fc
      .record({
        departmentId: fc.integer({ min: 1, max: 3 }),
        spaceId: fc.constantFrom(1, 2, 3),
        fromMs: edge,
        toMs: edge,
      })
      .map((row) => given(row));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (list) => {
        const spans = responsibilities(point, list, 0, 20);
        spans.forEach((span, index) => {
          expect(span.fromMs).toBeLessThan(span.toMs);
          expect(span.fromMs).toBeGreaterThanOrEqual(spans[index - 1]?.toMs ?? 0);
        });
      }),
    );
  });
});
