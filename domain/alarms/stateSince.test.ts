import { describe, expect, it } from 'vitest';
import { axesOf, baseStateSince, type StateInstants } from './alarm';

const MINUTE = 60_000;

/** Told 5 s after it began. */
const raised: StateInstants = {
  ...axesOf('UNACK', false),
  latching: false,
  raisedMs: 5_000,
  sinceMs: 0,
  activeSinceMs: 0,
  acknowledgedMs: null,
  returnedMs: null,
  endedMs: null,
};

describe('an alarm is in its state', () => {
  it('since it was raised, or came back, while nobody has acknowledged it', () => {
    expect(baseStateSince(raised)).toBe(5_000);
    expect(baseStateSince({ ...raised, activeSinceMs: 10 * MINUTE })).toBe(10 * MINUTE);
  });

  it('since it was acknowledged, however long it stands', () => {
    const acked = { ...raised, ...axesOf('ACKED', false), acknowledgedMs: 2 * MINUTE };
    expect(baseStateSince(acked)).toBe(2 * MINUTE);
  });

  it('since its return while nobody has acknowledged it, and normal since then as well', () => {
    const returned = { ...raised, ...axesOf('RTN_UNACK', false), returnedMs: 3 * MINUTE };
    expect(baseStateSince(returned)).toBe(3 * MINUTE);
    const over = { ...returned, ...axesOf('NORMAL', false), acknowledgedMs: 9 * MINUTE, endedMs: 9 * MINUTE };
    expect(baseStateSince(over)).toBe(3 * MINUTE);
  });

  it('behind a latch since the later of return and acknowledgement, and normal since its release', () => {
    const latched = { ...raised, ...axesOf('LATCHED_UNACK', true), latching: true, returnedMs: 3 * MINUTE };
    expect(baseStateSince(latched)).toBe(3 * MINUTE);
    const seen = { ...latched, ...axesOf('LATCHED_ACK', true), acknowledgedMs: 4 * MINUTE };
    expect(baseStateSince(seen)).toBe(4 * MINUTE);
    expect(baseStateSince({ ...seen, ...axesOf('NORMAL', true), endedMs: 8 * MINUTE })).toBe(8 * MINUTE);
  });
});
