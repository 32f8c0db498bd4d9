import { describe, expect, it } from 'vitest';
import { unit } from '../random';
import { FIRST_DAY, LoadCurve } from './loadCurve';
import { PROFILES, type ProfileName } from './profiles';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 12, 4);
const names = Object.keys(PROFILES) as ProfileName[];
const curve = (profile: ProfileName, seed = 7) =>
  new LoadCurve({ profile, dayMicro: 4_600_000, seed, offsetMs: 8 * 3_600_000 });

describe('a load curve', () => {
  it.each(names)('%s never runs backwards and answers in whole µ, at any step', (profile) => {
    const load = curve(profile);
    let before = 0;
    for (let at = NOON; at < NOON + 2 * DAY_MS; at += 9_973) {
      const total = load.totalAt(at);
      if (!Number.isSafeInteger(total) || total < before) expect.fail(`${total} after ${before} at ${at}`);
      before = total;
    }
  });

  it.each(names)('%s answers the same for an instant whatever was asked before it', (profile) => {
    const walked = curve(profile);
    const instants = Array.from({ length: 200 }, (_, at) => NOON + Math.floor(unit(3, at) * 9 * DAY_MS));
    const inOrder = [...instants].sort((a, b) => a - b).map((ts) => [ts, walked.totalAt(ts)]);
    for (const [ts, total] of inOrder.reverse()) {
      expect(walked.totalAt(ts!)).toBe(total);
      expect(curve(profile).totalAt(ts!)).toBe(total);
    }
  });

  it('counts a day as exactly the quantity of that day', () => {
    const load = curve('DORM_ROOM');
    const day = Math.floor((NOON + 8 * 3_600_000) / DAY_MS);
    const midnight = day * DAY_MS - 8 * 3_600_000;
    for (let at = 0; at < 40; at++) {
      const from = midnight + at * DAY_MS;
      expect(load.totalAt(from + DAY_MS) - load.totalAt(from)).toBe(load.quantityOfDay(day + at));
    }
  });

  it('shows the power whose integral is the register', () => {
    const load = curve('DORM_ROOM');
    for (let minute = 0; minute < 200; minute++) {
      const from = NOON + minute * 60_000;
      const joules = (load.totalAt(from + 60_000) - load.totalAt(from)) * 3.6;
      expect(joules / 60).toBeCloseTo(load.powerAt(from + 30_000), 6);
    }
  });

  it('differs between two meters and two seeds', () => {
    expect(curve('DORM_ROOM', 1).totalAt(NOON)).not.toBe(curve('DORM_ROOM', 2).totalAt(NOON));
  });

  it('reads 0 before the first day', () => {
    expect(curve('SHOP').totalAt((FIRST_DAY - 3) * DAY_MS)).toBe(0);
  });

  it('burns gas in separate goes, so that no flat trickles for an hour as a leak does', () => {
    for (let seed = 0; seed < 12; seed++) {
      const load = new LoadCurve({
        profile: 'GAS_FLAT',
        dayMicro: 250_000 + 50_000 * seed,
        seed,
        offsetMs: 8 * 3_600_000,
      });
      let longest = 0;
      let running = 0;
      for (let minute = 0; minute < 7 * 1_440; minute++) {
        const flow = load.flowAt(NOON + minute * 60_000 + 30_000);
        running = flow > 0 ? running + 1 : 0;
        longest = Math.max(longest, running);
      }
      expect(longest, `flat ${seed}`).toBeGreaterThan(1);
      expect(longest, `flat ${seed}`).toBeLessThan(30);
    }
  });

  it('leaves a water main without flow in many minutes of the night, so that no leak is seen', () => {
    const load = curve('WATER_MAIN');
    const two = Date.UTC(2026, 10, 11, 18);
    const still = Array.from({ length: 180 }, (_, minute) => load.flowAt(two + minute * 60_000)).filter(
      (flow) => flow === 0,
    );
    expect(still.length).toBeGreaterThan(36);
  });
});
