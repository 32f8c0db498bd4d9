import { describe, expect, it } from 'vitest';
import { microFromText } from '../units';
import { checkLate } from './lateReading';
import type { RegisterReading } from './reading';
import {
  advanceRegister,
  awaitsStaff,
  baselineState,
  holdForStaff,
  rejectHeld,
  releaseSpike,
} from './register';
import { capMicro, registerSpecOf } from './registerSpec';
import type { RegisterState, RegisterVerdict } from './registerVerdict';
import { replaceMeter } from './replacement';

const RATING = {
  utility: 'ELECTRICITY',
  phases: 1,
  imaxA: 60,
  qmaxM3h: null,
  modulusMicro: 1_000_000_000_000n,
  registerDecimals: 2,
  multiplier: 1n,
  resetsToZero: false,
} as const;
const SPEC = registerSpecOf(RATING);
/** Ten times 1-phase 60 A in primary terms, enough for the large public example. */
const WIDE = registerSpecOf({ ...RATING, phases: 3, imaxA: 100 });
const START_MS = Date.UTC(2025, 8, 10);
const HOUR_MS = 3_600_000;

function reading(hour: number, value: string): RegisterReading {
  const valueMicro = microFromText(value);
  if (valueMicro === null) throw new Error(value);
  return { tsMs: START_MS + hour * HOUR_MS, valueMicro };
}

function run(readings: RegisterReading[], spec = SPEC, from: RegisterState | null = null) {
  let state = from;
  const verdicts: RegisterVerdict[] = [];
  for (const next of readings) {
    const verdict = advanceRegister(spec, state, next);
    verdicts.push(verdict);
    state = verdict.state;
  }
  const intervals = verdicts.flatMap((verdict) => verdict.intervals);
  return {
    outcomes: verdicts.map((verdict) => verdict.outcome),
    intervals,
    totalMicro: intervals.reduce((sum, interval) => sum + interval.quantityMicro, 0n),
    last: verdicts[verdicts.length - 1]!,
    state: state!,
  };
}

describe('cap of a meter', () => {
  it('is 1.1 times the rating over the interval, plus one step of the last digit', () => {
    expect(capMicro(SPEC, HOUR_MS / 2)).toBe(7_590_000n + 10_000n);
  });

  it('scales with ct·pt, as modulus and jitter do', () => {
    const spec = registerSpecOf({ ...RATING, phases: 3, imaxA: 6, multiplier: 40n });
    expect(spec).toMatchObject({
      modulusMicro: 40_000_000_000_000n,
      lsbMicro: 400_000n,
      jitterMicro: 800_000n,
      capMicroPerHour: 6n * 762_102n * 40n,
    });
  });

  it('of water follows the maximum flow, and 5 L of back-flow are no step back', () => {
    const spec = registerSpecOf({
      ...RATING,
      utility: 'WATER',
      imaxA: null,
      qmaxM3h: 2.5,
      registerDecimals: 3,
    });
    expect(spec).toMatchObject({ capMicroPerHour: 2_750_000n, jitterMicro: 5_000n });
  });

  it('is refused in words where the rating is missing', () => {
    expect(() => registerSpecOf({ ...RATING, imaxA: null })).toThrow('maximum current');
    expect(() => registerSpecOf({ ...RATING, utility: 'GAS' })).toThrow('maximum flow');
  });
});

describe('register rules', () => {
  it('G19: the first reading of a used meter charges nothing', () => {
    const result = run([reading(0, '56842170.81')]);
    expect(result).toMatchObject({ outcomes: ['BASELINE'], totalMicro: 0n });
  });

  it('charges from the start register where one was given', () => {
    const state = baselineState(0, reading(0, '10.00'));
    expect(run([reading(1, '12.50')], SPEC, state).totalMicro).toBe(2_500_000n);
  });

  it('G20: one absurd value is quarantined and the delta is charged once', () => {
    const result = run([reading(0, '115603.01'), reading(1, '1.83e21'), reading(2, '115749.01')], WIDE);
    expect(result.outcomes).toEqual(['BASELINE', 'HELD_SPIKE', 'ACCEPTED']);
    expect(result.totalMicro).toBe(146_000_000n);
    expect(result.last.discarded).toEqual([
      { kind: 'SPIKE', fromMs: reading(1, '0').tsMs, toMs: reading(1, '0').tsMs },
    ]);
  });

  it('G20: one bad zero is discarded and resets nothing', () => {
    const result = run([reading(0, '115823.01'), reading(1, '0'), reading(2, '115969.01')], WIDE);
    expect(result.outcomes).toEqual(['BASELINE', 'HELD_RESET', 'ACCEPTED']);
    expect(result.totalMicro).toBe(146_000_000n);
    expect(result.state).toMatchObject({ epoch: 0, lowHold: null });
  });

  it('jitter charges nothing and keeps the baseline’s value and time', () => {
    const result = run([reading(0, '100.00'), reading(1, '99.98'), reading(2, '100.05')]);
    expect(result.outcomes).toEqual(['BASELINE', 'JITTER', 'ACCEPTED']);
    expect(result.intervals).toMatchObject([{ fromMs: START_MS, quantityMicro: 50_000n }]);
  });

  it('tests jitter before rollover and across the wrap', () => {
    const top = run([reading(0, '0.00'), reading(1, '999999.99'), reading(2, '0.10')]);
    expect(top.outcomes).toEqual(['BASELINE', 'JITTER', 'ACCEPTED']);
    expect(top.totalMicro).toBe(100_000n);
  });

  it('holds a step back of three digits', () => {
    expect(run([reading(0, '100.00'), reading(1, '99.97')]).outcomes).toEqual(['BASELINE', 'HELD_RESET']);
  });

  it('takes no rollover from a register whose modulus is unknown', () => {
    const spec = { ...SPEC, modulusMicro: null };
    expect(run([reading(0, '999998.50'), reading(1, '3.25')], spec).outcomes[1]).toBe('HELD_RESET');
  });

  it('opens the epoch at once where the meter proves its reset', () => {
    const state = baselineState(4, reading(0, '5000'));
    const verdict = advanceRegister(SPEC, state, reading(1, '2.5'), true);
    expect(verdict).toMatchObject({ outcome: 'RESET', intervals: [], state: { epoch: 5 } });
    expect(verdict.epochChange?.lostMicro).toBe(2_500_000n);
  });

  it('spreads a volatile counter’s first low value from 0 over the silence', () => {
    const spec = { ...SPEC, resetsToZero: true };
    const result = run(
      [reading(0, '5000'), reading(1, '2.00'), reading(2, '2.50'), reading(3, '3.00')],
      spec,
    );
    expect(result.outcomes[3]).toBe('RESET');
    expect(result.intervals.map((i) => [i.fromMs, i.toMs, i.quantityMicro])).toEqual([
      [START_MS, START_MS + HOUR_MS, 2_000_000n],
      [START_MS + HOUR_MS, START_MS + 2 * HOUR_MS, 500_000n],
      [START_MS + 2 * HOUR_MS, START_MS + 3 * HOUR_MS, 500_000n],
    ]);
    expect(result.last.acceptedHeld).toHaveLength(2);
  });

  it('never takes a volatile counter’s implausible first value for use since 0', () => {
    const spec = { ...SPEC, resetsToZero: true };
    const result = run(
      [reading(0, '5000'), reading(1, '900.00'), reading(2, '900.50'), reading(3, '901.00')],
      spec,
    );
    expect(result.totalMicro).toBe(1_000_000n);
  });

  it('keeps a reset candidate through a spike in between', () => {
    const result = run([
      reading(0, '5000'),
      reading(1, '3.25'),
      reading(2, '1e12'),
      reading(3, '3.40'),
      reading(4, '3.55'),
    ]);
    expect(result.outcomes[4]).toBe('RESET');
    expect(result.totalMicro).toBe(300_000n);
    expect(result.last.discarded).toMatchObject([{ kind: 'SPIKE' }]);
  });

  it('asks staff once three readings agree on a high level, and bills it only then', () => {
    const high = [reading(0, '100'), reading(1, '500'), reading(2, '501'), reading(3, '502')];
    const held = run([...high, reading(4, '503')]);
    expect(held.outcomes).toEqual(['BASELINE', 'HELD_SPIKE', 'HELD_SPIKE', 'HELD_SPIKE', 'HELD_SPIKE']);
    expect(held.totalMicro).toBe(0n);
    expect(run(high).last.release).toMatchObject({ quantityMicro: 400_000_000n });
    expect(held.last.release).toBeNull();

    const released = releaseSpike(held.state)!;
    expect(released).toMatchObject({
      outcome: 'RELEASED',
      intervals: [{ quantityMicro: 400_000_000n, approved: true }],
      replayHeldAfterMs: reading(1, '0').tsMs,
      state: { lastMicro: 500_000_000n, highHold: null },
    });
    const replayed = run([reading(2, '501'), reading(3, '502'), reading(4, '503')], SPEC, released.state);
    expect(replayed.totalMicro).toBe(3_000_000n);

    const newest = held.state.highHold!.last;
    expect(rejectHeld(SPEC, held.state)).toMatchObject({
      outcome: 'REJECTED',
      intervals: [],
      rejected: { quantityMicro: newest.valueMicro - 100_000_000n },
      discarded: [{ fromMs: reading(0, '0').tsMs + 1, toMs: newest.tsMs - 1 }],
      state: { epoch: held.state.epoch + 1, lastMicro: newest.valueMicro, highHold: null },
    });
  });

  it('holds a sound reading for its charge, with all that follow it, until staff release it as measured', () => {
    const base = run([reading(0, '100')]).state!;
    const held = holdForStaff(base, reading(1, '105'));
    expect(awaitsStaff(held.state)).toBe(true);
    const later = run([reading(2, '106'), reading(48, '120')], SPEC, held.state);
    expect(later.totalMicro).toBe(0n);
    expect(later.state).toMatchObject({ lastMicro: 100_000_000n, highHold: { count: 5, charge: true } });
  });

  it('begins no new epoch while a charge is held, also where the meter says that it counts anew', () => {
    const held = holdForStaff(run([reading(0, '100')]).state!, reading(1, '105')).state;
    const low = run(
      [2, 3, 4, 5].map((hour) => reading(hour, `0.${hour}`)),
      SPEC,
      held,
    );
    expect(low.outcomes).toEqual(['HELD_RESET', 'HELD_RESET', 'HELD_RESET', 'HELD_RESET']);
    expect(low.state).toMatchObject({ epoch: 0, lastMicro: 100_000_000n, highHold: { charge: true } });
    const proven = advanceRegister(SPEC, held, reading(2, '0.2'), true);
    expect(proven).toMatchObject({ outcome: 'HELD_RESET', state: { epoch: 0, highHold: { charge: true } } });
  });

  it('does not bill a jump merely because enough time has passed', () => {
    const jump = [reading(0, '100'), reading(0.1, '160'), reading(0.2, '160.1'), reading(0.3, '160.2')];
    expect(run([...jump, reading(48, '161')]).totalMicro).toBe(0n);
  });

  it('discards a held jump when a lower, plausible value follows', () => {
    const result = run([
      reading(0, '100'),
      reading(1, '500'),
      reading(2, '501'),
      reading(3, '502'),
      reading(4, '101'),
    ]);
    expect(result.outcomes[4]).toBe('ACCEPTED');
    expect(result.totalMicro).toBe(1_000_000n);
  });

  it('judges held readings again when an older one arrives late', () => {
    const held = run([reading(0, '100'), reading(2, '500')]);
    const verdict = advanceRegister(SPEC, held.state, reading(1, '105'));
    expect(verdict).toMatchObject({
      outcome: 'ACCEPTED',
      discarded: [],
      replayHeldAfterMs: reading(1, '0').tsMs,
    });
  });

  it('refuses to go back in time', () => {
    const state = baselineState(0, reading(1, '1'));
    expect(() => advanceRegister(SPEC, state, reading(1, '1'))).toThrow(RangeError);
  });
});

describe('late readings', () => {
  const prev = reading(0, '10');
  const next = reading(2, '14');

  it('divide the interval and change nothing of its sum', () => {
    const verdict = checkLate(SPEC, prev, reading(1, '13'), next);
    expect(verdict).toMatchObject({
      kind: 'SPLIT',
      parts: [{ quantityMicro: 3_000_000n }, { quantityMicro: 1_000_000n }],
    });
  });

  it('above the next reading are quarantined, unless within jitter', () => {
    expect(checkLate(SPEC, prev, reading(1, '14.03'), next)).toEqual({ kind: 'QUARANTINE', reason: 'ORDER' });
    expect(checkLate(SPEC, prev, reading(1, '14.02'), next)).toEqual({ kind: 'JITTER' });
    expect(checkLate(SPEC, prev, reading(1, '9.97'), next)).toEqual({ kind: 'QUARANTINE', reason: 'ORDER' });
  });

  it('divide an interval with a rollover on either side of it', () => {
    const before = reading(0, '999998.50');
    const after = reading(1, '3.25');
    for (const value of ['999999.50', '1.00']) {
      const verdict = checkLate(SPEC, before, reading(0.5, value), after);
      if (verdict.kind !== 'SPLIT') throw new Error(verdict.kind);
      expect(verdict.parts.reduce((sum, part) => sum + part.quantityMicro, 0n)).toBe(4_750_000n);
    }
  });

  it('older than the first reading become the baseline, unless a start register fixed it', () => {
    const verdict = checkLate(SPEC, null, prev, next);
    expect(verdict).toMatchObject({ kind: 'NEW_BASELINE', parts: [{ quantityMicro: 4_000_000n }] });
    expect(checkLate(SPEC, null, prev, next, true)).toMatchObject({ kind: 'QUARANTINE' });
  });

  it('newer than all others of a closed epoch extend it', () => {
    expect(checkLate(SPEC, prev, next, null)).toMatchObject({
      kind: 'APPEND',
      parts: [{ quantityMicro: 4_000_000n }],
    });
    expect(checkLate(SPEC, prev, reading(1, '1'), null)).toMatchObject({ reason: 'RESET_CANDIDATE' });
    expect(checkLate(SPEC, prev, reading(1, '900'), null)).toMatchObject({ reason: 'SPIKE' });
  });
});

describe('replacement of a meter', () => {
  const old = baselineState(2, reading(0, '4560.00'));
  const exchange = { atMs: reading(1, '0').tsMs, endMicro: 4_567_800_000n, startMicro: 250_000n };

  it('closes at the end register and starts at the start register', () => {
    expect(replaceMeter(SPEC, old, exchange)).toMatchObject({
      closing: { epoch: 2, quantityMicro: 7_800_000n, approved: false },
      newState: { epoch: 0, lastMicro: 250_000n },
    });
  });

  it('refuses an end register below the last reading, and an implausible one unless confirmed', () => {
    expect(() => replaceMeter(SPEC, old, { ...exchange, endMicro: 1n })).toThrow('lower than');
    const far = { ...exchange, endMicro: 9_000_000_000n };
    expect(() => replaceMeter(SPEC, old, far)).toThrow('exceeds');
    expect(replaceMeter(SPEC, old, { ...far, confirmed: true }).closing).toMatchObject({
      quantityMicro: 4_440_000_000n,
      approved: true,
    });
  });

  it('charges nothing for a meter that never had a baseline', () => {
    expect(replaceMeter(SPEC, null, exchange).closing).toBeNull();
  });
});
