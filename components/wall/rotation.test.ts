import { expect, test } from 'vitest';
import { advance, orbitAt, scenesOf, shownScene } from './rotation';

test('a playlist keeps its order, skips what is not built, and is never empty', () => {
  expect(scenesOf(['C', 'A'])).toEqual(['C', 'A']);
  expect(scenesOf(['A', 'F', 'B'])).toEqual(['A', 'B']);
  expect(scenesOf(['F'])).toEqual(['A', 'B', 'C']);
});

test('scenes follow each other and every round counts', () => {
  let rotation = { index: 0, cycle: 0 };
  const seen: string[] = [];
  for (let i = 0; i < 7; i++) {
    seen.push(shownScene(['A', 'B', 'C'], rotation, false));
    rotation = advance(rotation, 3);
  }
  expect(seen.join('')).toBe('ABCABCA');
  expect(rotation.cycle).toBe(2);
});

test('an unacknowledged P1 holds scene C, also where the playlist does not have it', () => {
  expect(shownScene(['A', 'B'], { index: 0, cycle: 0 }, true)).toBe('C');
});

test('the orbit moves every minute, by at most 6 px, and comes back', () => {
  for (let minute = 0; minute < 16; minute++) {
    const [x, y] = orbitAt(minute);
    expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(6);
    expect(orbitAt(minute + 1)).not.toEqual([x, y]);
    expect(orbitAt(minute + 8)).toEqual([x, y]);
  }
});
