import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs, type ConnectionFacts, connectionStateOf } from './connection';

const facts = (change: Partial<ConnectionFacts>): ConnectionFacts => ({
  connected: true,
  heardAt: 100_000,
  startedAt: 0,
  viewerNow: 100_000,
  dataAgeMs: 3_000,
  ...change,
});

describe('what a page claims about its connection', () => {
  test.each([
    [{}, 'live'],
    [{ dataAgeMs: 15_000 }, 'live'],
    [{ dataAgeMs: 15_001 }, 'lagging'],
    [{ dataAgeMs: null }, 'live'],
    [{ connected: false }, 'reconnecting'],
    [{ viewerNow: 115_001 }, 'reconnecting'],
    [{ viewerNow: 160_000, connected: false }, 'reconnecting'],
    [{ viewerNow: 160_001, connected: false }, 'offline'],
    [{ viewerNow: 160_001 }, 'offline'],
    [{ heardAt: null, viewerNow: 5_000, connected: false }, 'reconnecting'],
    [{ heardAt: null, viewerNow: 60_001, connected: false }, 'offline'],
  ] as const)('%o is %s', (change, state) => {
    expect(connectionStateOf(facts(change))).toBe(state);
  });

  test('an open socket that is silent is not live: within 20 s of the last word it has left live', () => {
    expect(connectionStateOf(facts({ viewerNow: 100_000 + 20_000 }))).not.toBe('live');
  });
});

test('waits between attempts stay between 1 and 20 s and grow', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = backoffMs(attempt, random);
      expect(wait).toBeGreaterThanOrEqual(1_000);
      expect(wait).toBeLessThanOrEqual(20_000);
    }),
  );
  expect(backoffMs(6, 1)).toBe(20_000);
  expect(backoffMs(6, 0)).toBe(10_000);
});
