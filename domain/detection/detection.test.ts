import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ValueSample } from './definiteTime';
import type { DetectionRule } from './detectionRule';
import { feeder80Rule, feederOverloadRule } from './feederOverload';
import {
  gatewayOfflineRule,
  meterNoticeDue,
  meterOfflineRule,
  silentAfterMs,
  suppressedByGateway,
} from './offline';
import { overloadRule } from './overload';

/** Runs a rule over inputs and lists `time KIND`. */
function signals<Input, State, Params>(
  rule: DetectionRule<Input, State, Params>,
  params: Params,
  inputs: readonly Input[],
): string[] {
  let state = rule.initial;
  const told: string[] = [];
  for (const input of inputs) {
    const step = rule.step(state, input, params);
    state = step.state;
    if (step.signal) told.push(`${step.signal.at / 1_000} ${step.signal.kind}`);
  }
  return told;
}

/** Samples `[second, watts]`. */
const samples = (...pairs: [number, number | null][]): ValueSample[] =>
  pairs.map(([second, value]) => ({ at: second * 1_000, value }));
const every = (from: number, to: number, step: number, value: number): [number, number][] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => [from + index * step, value]);

const room = { limitW: 1_500, onDelayMs: 10_000, offDelayMs: 60_000, intervalMs: 10_000 };

describe('overload', () => {
  it('is raised at the first reading that is over the limit for the on-delay', () => {
    expect(signals(overloadRule, room, samples([0, 100], [10, 1_600], [20, 1_600], [30, 1_600]))).toEqual([
      '20 RAISE',
    ]);
    const fine = { ...room, intervalMs: 1_000 };
    expect(signals(overloadRule, fine, samples(...every(0, 30, 1, 1_501)))).toEqual(['10 RAISE']);
    expect(signals(overloadRule, fine, samples(...every(0, 9, 1, 1_501), [10, 1_500]))).toEqual([]);
  });
  it('with readings further apart than the delay, needs two in a row', () => {
    const slow = { ...room, intervalMs: 60_000 };
    expect(signals(overloadRule, slow, samples([0, 100], [60, 1_600], [120, 1_600]))).toEqual(['120 RAISE']);
    expect(signals(overloadRule, slow, samples([0, 100], [60, 1_600], [120, 100], [180, 1_600]))).toEqual([]);
  });
  it('exactly at the limit is no overload', () => {
    expect(signals(overloadRule, room, samples(...every(0, 60, 10, 1_500)))).toEqual([]);
  });
  it('returns below 95 % for 60 s, and starts over when it rises in between', () => {
    const over: [number, number][] = [
      [0, 1_600],
      [10, 1_600],
    ];
    expect(signals(overloadRule, room, samples(...over, ...every(20, 80, 10, 1_424)))).toEqual([
      '10 RAISE',
      '80 RETURN',
    ]);
    expect(signals(overloadRule, room, samples(...over, ...every(20, 120, 10, 1_425)))).toEqual(['10 RAISE']);
    const bump = samples(...over, ...every(20, 50, 10, 100), [60, 1_450], ...every(70, 130, 10, 100));
    expect(signals(overloadRule, room, bump)).toEqual(['10 RAISE', '130 RETURN']);
  });
  it('missing data freezes the timers: neither raised nor returned by silence', () => {
    expect(signals(overloadRule, room, samples([0, 1_600], [60, 1_600]))).toEqual([]);
    expect(signals(overloadRule, room, samples([0, 1_600], [60, 1_600], [70, 1_600]))).toEqual(['70 RAISE']);
    const gapWhileBack = samples([0, 1_600], [10, 1_600], [20, 100], [50, 100], ...every(200, 250, 10, 100));
    expect(signals(overloadRule, room, gapWhileBack)).toEqual(['10 RAISE']);
    const nulls = samples([0, 1_600], [10, null], [20, null], [30, 1_600]);
    expect(signals(overloadRule, room, nulls)).toEqual([]);
  });
  it('inrush shorter than 3 s is ignored even if the on-delay is set to 0', () => {
    const instant = { ...room, onDelayMs: 0, intervalMs: 1_000 };
    expect(
      signals(overloadRule, instant, samples([0, 100], [1, 9_000], [2, 9_000], [3, 9_000], [4, 100])),
    ).toEqual([]);
    expect(signals(overloadRule, instant, samples([0, 100], ...every(1, 4, 1, 9_000)))).toEqual(['4 RAISE']);
  });
  it('late and repeated readings change nothing', () => {
    const reading = fc.record({ second: fc.nat(300), value: fc.constantFrom(100, 1_450, 1_600) });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
        const inOrder = [...new Map(readings.map(({ second, value }) => [second, value]))].sort(
          (a, b) => a[0] - b[0],
        );
        const clean = samples(...inOrder);
        const noisy = clean.flatMap((sample, index) => [
          sample,
          sample,
          ...(index > 0 ? [{ ...clean[index - 1]!, value: 9_999 }] : []),
        ]);
        expect(signals(overloadRule, room, noisy)).toEqual(signals(overloadRule, room, clean));
      }),
    );
  });
  it('raise and return take turns', () => {
    const reading = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom(100, 1_450, 1_600));
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 120 }), (steps) => {
        let second = 0;
        const stream = samples(
          ...steps.map(([wait, value]): [number, number] => {
            second += wait;
            return [second, value];
          }),
        );
        const kinds = signals(overloadRule, room, stream).map((told) => told.split(' ')[1]);
        kinds.forEach((kind, index) => {
          expect(kind).toBe(index % 2 === 0 ? 'RAISE' : 'RETURN');
        });
      }),
    );
  });
});

it('a feeder warns at 80 % and alarms over its rating, each after 60 s', () => {
  const params = { ratingW: 100_000, intervalMs: 10_000 };
  const warm = samples(...every(0, 120, 10, 80_001));
  expect(signals(feeder80Rule, params, warm)).toEqual(['60 RAISE']);
  expect(signals(feederOverloadRule, params, warm)).toEqual([]);
  const hot = samples(...every(0, 60, 10, 100_001), ...every(70, 130, 10, 94_999));
  expect(signals(feederOverloadRule, params, hot)).toEqual(['60 RAISE', '130 RETURN']);
  expect(signals(feeder80Rule, params, hot)).toEqual(['60 RAISE']);
});

describe('silence', () => {
  const HOUR = 3_600_000;
  const params = { intervalMs: 10_000, expectedSince: 0 };

  it('counts after three intervals, at least 5 min', () => {
    expect([10_000, 100_000, 900_000].map(silentAfterMs)).toEqual([300_000, 300_000, 2_700_000]);
  });
  it('of one meter is a notice, told once, and an alarm only after 24 h', () => {
    let state = meterOfflineRule.initial;
    const notices: number[] = [];
    const alarms: string[] = [];
    for (const at of [299_999, 300_000, 400_000, 24 * HOUR - 1, 24 * HOUR, 25 * HOUR]) {
      const step = meterOfflineRule.step(state, { at, lastHeardAt: 0 }, params);
      if (meterNoticeDue(state, step.state)) notices.push(at);
      if (step.signal) alarms.push(`${step.signal.at / HOUR} ${step.signal.kind}`);
      state = step.state;
    }
    expect(notices).toEqual([300_000]);
    expect(alarms).toEqual(['24 RAISE']);
    const heard = meterOfflineRule.step(state, { at: 26 * HOUR, lastHeardAt: 26 * HOUR }, params);
    expect(heard.signal?.kind).toBe('RETURN');
    const again = meterOfflineRule.step(heard.state, { at: 27 * HOUR, lastHeardAt: 26 * HOUR }, params);
    expect(meterNoticeDue(heard.state, again.state)).toBe(true);
  });
  it('of a meter that was never heard counts from its installation', () => {
    const input = { at: 1_300_000, lastHeardAt: null };
    const step = meterOfflineRule.step(meterOfflineRule.initial, input, {
      ...params,
      expectedSince: 1_000_000,
    });
    expect(meterNoticeDue(meterOfflineRule.initial, step.state)).toBe(true);
  });
  it('of a gateway is one alarm after 60 s offline, and covers its meters until it is back', () => {
    const off = [0, 30, 59].map((second) => ({ at: second * 1_000, online: false }));
    expect(signals(gatewayOfflineRule, {}, off)).toEqual([]);
    const story = [
      ...off,
      { at: 60_000, online: false },
      { at: 70_000, online: false },
      { at: 80_000, online: true },
    ];
    expect(signals(gatewayOfflineRule, {}, story)).toEqual(['60 RAISE', '80 RETURN']);
    expect(suppressedByGateway('G1', { offlineSince: 0, active: true })).toBe('gateway:G1');
    expect(suppressedByGateway('G1', { offlineSince: 0, active: false })).toBeNull();
    expect(suppressedByGateway(null, { offlineSince: 0, active: true })).toBeNull();
  });
  it('a gateway that comes back within 60 s was never away', () => {
    const story = [
      { at: 0, online: false },
      { at: 59_000, online: true },
      { at: 61_000, online: false },
    ];
    expect(signals(gatewayOfflineRule, {}, story)).toEqual([]);
  });
});
