import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type FlowInterval,
  leakLimitM3h,
  leakLossM3,
  nightFlowOf,
  WATER_LEAK_DEFAULTS,
  waterLeakRule,
} from '../../domain/detection/waterLeak';
import { campusZone } from '../../domain/time/campusTime';
import { readSeriesFile } from './series';

const FILE = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'shared',
  'data',
  'dorm_water_main_1s_2017_06_28.csv.gz',
);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NIGHTS = 3;
const LEAK_M3_A_SECOND = 0.003 / 60;
/** The file has an evening and the morning after it: the window is on its second day. */
const zone = campusZone('America/Denver');

/** What the dormitory's main let through, second by second. */
function recording(): FlowInterval[] {
  if (!existsSync(FILE)) throw new Error(`this test reads measured data from ${FILE}, which is missing`);
  const [series] = readSeriesFile(FILE, { declaredZone: 'America/Denver' });
  return series!.readings.slice(1).map(({ tsMs, registerMicro }, at) => {
    const before = series!.readings[at]!;
    return { fromMs: before.tsMs, toMs: tsMs, m3: Number(registerMicro - before.registerMicro) / 1e6 };
  });
}

/** The recording at the same time of three days in a row, judged night by night. */
function threeNights(seconds: readonly FlowInterval[], rooms: number, resolutionM3: number) {
  const params = { ...WATER_LEAK_DEFAULTS, rooms, resolutionM3 };
  let state = waterLeakRule.initial;
  const told: string[] = [];
  let loss = 0;
  for (let n = 0; n < NIGHTS; n++) {
    const shifted = seconds.map((one) => ({
      ...one,
      fromMs: one.fromMs + n * DAY_MS,
      toMs: one.toMs + n * DAY_MS,
    }));
    const day = zone.dayAt(shifted.at(-1)!.toMs);
    const fromMs = zone.utcOf(day.year, day.month, day.day, 120);
    const window = { night: day.dateKey, fromMs, toMs: fromMs + 3 * HOUR_MS };
    const flow = nightFlowOf(window, shifted, leakLimitM3h(params), resolutionM3);
    const step = waterLeakRule.step(state, flow, params);
    state = step.state;
    if (!step.signal) continue;
    told.push(`${day.dateKey} ${step.signal.kind}`);
    loss = leakLossM3(state, step.signal.at);
  }
  return { told, loss };
}

/** The same water as a meter shows it that is read once a minute and counts whole litres. */
function litresByMinute(seconds: readonly FlowInterval[]): FlowInterval[] {
  const minutes: FlowInterval[] = [];
  let total = 0;
  let shown = 0;
  let from = seconds[0]!.fromMs;
  for (const { toMs, m3 } of seconds) {
    total += m3;
    if (toMs - from < 60_000) continue;
    const next = Math.floor(total * 1_000 + 1e-9);
    minutes.push({ fromMs: from, toMs, m3: (next - shown) / 1_000 });
    shown = next;
    from = toMs;
  }
  return minutes;
}

describe('a real dormitory main over three nights', () => {
  const seconds = recording();
  const leaking = seconds.map((one) => ({
    ...one,
    m3: one.m3 + (LEAK_M3_A_SECOND * (one.toMs - one.fromMs)) / 1_000,
  }));

  it('is the file: 688.525 gal', () => {
    expect(seconds.reduce((sum, { m3 }) => sum + m3, 0)).toBeCloseTo(688.525 * 0.003785411784, 4);
  });

  it('raises no alarm, and exactly one with 3 L/min added, for 1 to 80 rooms served', () => {
    for (const rooms of [1, 5, 20, 40, 80]) {
      expect(threeNights(seconds, rooms, 1e-6).told, `${rooms} rooms`).toEqual([]);
      const { told, loss } = threeNights(leaking, rooms, 1e-6);
      expect(told, `${rooms} rooms, leaking`).toEqual(['2017-06-30 RAISE']);
      // 180 L/h since the first night at the least.
      expect(loss).toBeGreaterThan(0.18 * 27);
      expect(loss).toBeLessThan(0.25 * 40);
    }
  });

  it('does so for a meter that counts whole litres once a minute as well', () => {
    for (const rooms of [10, 40, 60]) {
      expect(threeNights(litresByMinute(seconds), rooms, 0.001).told, `${rooms} rooms`).toEqual([]);
      expect(threeNights(litresByMinute(leaking), rooms, 0.001).told, `${rooms} rooms, leaking`).toEqual([
        '2017-06-30 RAISE',
      ]);
    }
  });
});
