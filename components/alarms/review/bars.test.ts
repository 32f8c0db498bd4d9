import { expect, it } from 'vitest';
import { barsOf } from './bars';

const PERIOD = 600_000;

it('a day has a bar for each ten minutes, a month shows the worst ten minutes of each bar', () => {
  const day = barsOf({ fromMs: 0, toMs: 144 * PERIOD, load: [{ at: PERIOD, announced: 7 }] });
  expect(day).toHaveLength(144);
  expect(day[1]).toEqual({ at: PERIOD, announced: 7 });
  const month = barsOf({
    fromMs: 0,
    toMs: 30 * 144 * PERIOD,
    load: [
      { at: 0, announced: 3 },
      { at: 29 * PERIOD, announced: 12 },
      { at: 30 * PERIOD, announced: 1 },
    ],
  });
  expect(month).toHaveLength(144);
  expect(month.slice(0, 2).map(({ announced }) => announced)).toEqual([12, 1]);
});
