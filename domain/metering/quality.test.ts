import { describe, expect, it } from 'vitest';
import { type ClockState, effectiveTime, observeClock, sequenceConsistent } from './quality';

const RX_MS = 1_757_462_400_000;
const LATE = { forcedRx: false, sequenceConsistent: true, lateLimitDays: 7 };
const DAY_MS = 86_400_000;

function live(state: ClockState | null, count: number, driftMs: number, fromMs = RX_MS) {
  let observation = observeClock(state, fromMs - driftMs, fromMs);
  for (let i = 1; i < count; i++) {
    const rxMs = fromMs + i * 10_000;
    observation = observeClock(observation.state, rxMs - driftMs, rxMs);
  }
  return observation;
}

describe('effective time', () => {
  it.each([-120_000, 0, 120_000])('is the meter’s while it is within 120 s of arrival (%i ms)', (ageMs) => {
    expect(effectiveTime({ ...LATE, tsMs: RX_MS - ageMs, rxMs: RX_MS })).toEqual({
      tsMs: RX_MS - ageMs,
      tsSource: 'DEVICE',
      quality: 'VALID',
      refused: null,
    });
  });

  it('is the arrival where the meter’s clock runs ahead', () => {
    expect(effectiveTime({ ...LATE, tsMs: RX_MS + 120_001, rxMs: RX_MS })).toMatchObject({
      tsMs: RX_MS,
      tsSource: 'RX',
      quality: 'CLOCK_FUTURE',
    });
  });

  it('is the meter’s for a backlog in sequence, up to the late limit', () => {
    const tsMs = RX_MS - 7 * DAY_MS;
    expect(effectiveTime({ ...LATE, tsMs, rxMs: RX_MS })).toMatchObject({
      tsMs,
      tsSource: 'DEVICE',
      refused: null,
    });
    expect(effectiveTime({ ...LATE, tsMs: tsMs - 1, rxMs: RX_MS }).refused).toBe('TOO_LATE');
  });

  it('is the arrival where an old time contradicts the sequence, the clock is known wrong or there is none', () => {
    const old = { ...LATE, tsMs: RX_MS - DAY_MS, rxMs: RX_MS };
    expect(effectiveTime({ ...old, sequenceConsistent: false })).toMatchObject({
      tsMs: RX_MS,
      quality: 'SUSPECT',
    });
    expect(effectiveTime({ ...old, forcedRx: true })).toMatchObject({ tsMs: RX_MS, tsSource: 'RX' });
    expect(effectiveTime({ ...old, tsMs: null })).toMatchObject({ tsMs: RX_MS, tsSource: 'RX' });
  });
});

describe('drift of a clock', () => {
  it('is the median of the live messages and alarms above 60 s', () => {
    expect(live(null, 4, 61_000).driftMs).toBeNull();
    expect(live(null, 5, 60_000)).toMatchObject({ driftMs: 60_000, driftAlarm: false });
    expect(live(null, 5, 61_000)).toMatchObject({ driftMs: 61_000, driftAlarm: true });
  });

  it('above 300 s forces arrival time until the clock is repaired', () => {
    const wrong = live(null, 20, 301_000);
    expect(wrong.state.forcedRx).toBe(true);
    const repaired = live(wrong.state, 22, 0, RX_MS + 200_000);
    expect(repaired.state.forcedRx).toBe(false);
  });

  it('is not taken from a backlog sent in a burst', () => {
    let { state } = live(null, 20, 0);
    for (let i = 0; i < 100; i++) {
      state = observeClock(state, RX_MS + 200_000 + i * 10_000, RX_MS + 4_000_000 + i * 20).state;
    }
    expect(observeClock(state, RX_MS + 4_100_000, RX_MS + 4_100_000)).toMatchObject({
      driftMs: 0,
      driftAlarm: false,
    });
  });

  it('keeps twenty samples', () => {
    expect(live(null, 50, 0).state.samplesMs).toHaveLength(20);
  });
});

describe('sequence of a sender', () => {
  const known = { boot: 3, seq: 10, tsMs: RX_MS };
  it.each([
    [{ boot: 3, seq: 11, tsMs: RX_MS + 1 }, true],
    [{ boot: 3, seq: 9, tsMs: RX_MS - 1 }, true],
    [{ boot: 3, seq: 11, tsMs: RX_MS - 1 }, false],
    [{ boot: 3, seq: 10, tsMs: RX_MS }, true],
    [{ boot: 4, seq: 1, tsMs: RX_MS + 1 }, true],
    [{ boot: 2, seq: 99, tsMs: RX_MS + 1 }, false],
    [null, true],
  ])('%o is consistent: %s', (current, expected) => {
    expect(sequenceConsistent(known, current)).toBe(expected);
  });
});
