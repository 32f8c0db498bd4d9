import { expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import {
  closedNightsBefore,
  IDLE_WASTE_DEFAULTS,
  type IdleNight,
  idleLoad,
  idleWasteRule,
} from './idleWaste';

const night = (n: number, closedKw: number | null): IdleNight => ({
  night: `2025-09-${10 + n}`,
  endMs: Date.UTC(2025, 8, 10 + n),
  closedKw,
  closedHours: 12,
  openKw: 9,
  openHours: 200,
  baseKw: 1,
});

/** Nights by their closed load, kW; what was said, by night. */
function kinds(loads: readonly (number | null)[]): string[] {
  let state = idleWasteRule.initial;
  return loads.flatMap((closedKw, n) => {
    const step = idleWasteRule.step(state, night(n, closedKw), IDLE_WASTE_DEFAULTS);
    state = step.state;
    return step.signal ? [`${n} ${step.signal.kind}`] : [];
  });
}

it('three wasteful nights of five raise, two clean ones return', () => {
  expect(kinds([5, 1, 5, 1, 5, 5, 1, 1, 5])).toEqual(['4 RAISE', '7 RETURN']);
  expect(kinds([5, 1, 1, 5, 1, 1, 5])).toEqual([]);
});

it('what always runs is no waste: servers and fridges are in the base', () => {
  const servers = { ...night(0, 8.4), openKw: 10, baseKw: 8 };
  expect(idleLoad(servers)!.share).toBeCloseTo(0.2, 6);
  expect(idleLoad(servers)!.idleKw).toBeCloseTo(0.4, 6);
});

it('a small load is no waste, however large its share', () => {
  expect(kinds([1.4, 1.4, 1.4, 1.4, 1.4])).toEqual([]);
  const small = (n: number) => ({ ...night(n, 0.45), openKw: 0.3, baseKw: 0 });
  let state = idleWasteRule.initial;
  for (let n = 0; n < 5; n++) {
    const step = idleWasteRule.step(state, small(n), IDLE_WASTE_DEFAULTS);
    state = step.state;
    expect(step.signal).toBeNull();
  }
});

it('lamps, which draw more by night than by day, are no waste', () => {
  let state = idleWasteRule.initial;
  for (let n = 0; n < 5; n++) {
    const step = idleWasteRule.step(state, { ...night(n, 9), openKw: 5, baseKw: 4 }, IDLE_WASTE_DEFAULTS);
    state = step.state;
    expect(step.signal).toBeNull();
  }
});

it('a night that was hardly measured changes nothing', () => {
  expect(kinds([5, 5, null, 5])).toEqual(['3 RAISE']);
  expect(idleLoad({ ...night(0, 5), closedHours: 7 })).toBeNull();
  expect(idleLoad({ ...night(0, 5), openHours: 23 })).toBeNull();
});

it('a night runs from opening to opening of the campus clock', () => {
  const [last] = closedNightsBefore(campusZone('Asia/Shanghai'), Date.UTC(2025, 8, 10, 0), 1);
  expect(last).toEqual({
    night: '2025-09-10',
    fromMs: Date.UTC(2025, 8, 9, 0),
    toMs: Date.UTC(2025, 8, 10, 0),
  });
});
