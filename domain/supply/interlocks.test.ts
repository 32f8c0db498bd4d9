import { describe, expect, it } from 'vitest';
import { evaluateInterlocks, type InterlockContext, type InterlockRequest } from './interlocks';

const NOW = 10_000_000;
const cut: InterlockRequest = {
  op: 'disconnect',
  origin: 'AUTOMATIC',
  reason: 'ARREARS',
  actorId: null,
};
const operatorCut: InterlockRequest = { ...cut, origin: 'OPERATOR', reason: 'MANUAL', actorId: 'u1' };
const safetyCut: InterlockRequest = { ...cut, reason: 'SAFETY' };
const restore: InterlockRequest = { ...cut, op: 'connect' };
const operatorRestore: InterlockRequest = { ...operatorCut, op: 'connect' };

const calm: InterlockContext = {
  utility: 'ELECTRICITY',
  protection: 'NONE',
  maintenanceTags: [],
  meterOnline: true,
  lastReadingAt: NOW,
  intervalMs: 10_000,
  liveCommand: null,
  lastOpenedAt: null,
  lastClosedAt: null,
  operationTimes: [],
  gasAlarmOpen: false,
  mappingChangedAt: null,
  controlLease: null,
};
const ALL = { cut, operatorCut, safetyCut, restore, operatorRestore };

/** The verdict of all five kinds of request under one changed fact. */
function verdicts(change: Partial<InterlockContext>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ALL).map(([name, request]) => {
      const result = evaluateInterlocks(request, { ...calm, ...change }, NOW);
      return [name, 'reason' in result ? `${result.verdict} ${result.reason}` : result.verdict];
    }),
  );
}
const ALLOWED = {
  cut: 'ALLOWED',
  operatorCut: 'ALLOWED',
  safetyCut: 'ALLOWED',
  restore: 'ALLOWED',
  operatorRestore: 'ALLOWED',
};

it('allows everything while nothing bars', () => {
  expect(verdicts({})).toEqual(ALLOWED);
});

it('no rule and no person cuts a life-safety point, not even for safety', () => {
  const refused = 'REFUSED LIFE_SAFETY';
  expect(verdicts({ protection: 'LIFE_SAFETY' })).toEqual({
    ...ALLOWED,
    cut: refused,
    operatorCut: refused,
    safetyCut: refused,
  });
});

it('credit protection bars cuts for credit only', () => {
  expect(verdicts({ protection: 'CREDIT' })).toEqual({ ...ALLOWED, cut: 'REFUSED CREDIT_PROTECTED' });
});

it('a maintenance tag bars connecting, except for the person who hung it', () => {
  const tag = { heldBy: 'm7', note: 'socket' };
  expect(verdicts({ maintenanceTags: [tag] })).toEqual({
    ...ALLOWED,
    restore: 'REFUSED MAINTENANCE_TAG',
    operatorRestore: 'REFUSED MAINTENANCE_TAG',
  });
  const own = { ...tag, heldBy: 'u1' };
  expect(verdicts({ maintenanceTags: [own] })).toEqual({
    ...ALLOWED,
    restore: 'REFUSED MAINTENANCE_TAG',
  });
  expect(verdicts({ maintenanceTags: [own, tag] }), 'another one hangs beside it').toMatchObject({
    operatorRestore: 'REFUSED MAINTENANCE_TAG',
  });
});

it('an open gas alarm bars connecting', () => {
  expect(verdicts({ gasAlarmOpen: true })).toEqual({
    ...ALLOWED,
    restore: 'REFUSED GAS_ALARM_OPEN',
    operatorRestore: 'REFUSED GAS_ALARM_OPEN',
  });
});

it('a gas valve is never opened from afar; arming it for a local hand is', () => {
  const gas = { ...calm, utility: 'GAS' as const };
  for (const op of ['valve_open', 'connect'] as const)
    expect(evaluateInterlocks({ ...operatorRestore, op }, gas, NOW)).toMatchObject({
      reason: 'GAS_NEVER_OPENED',
    });
  expect(evaluateInterlocks({ ...operatorRestore, op: 'arm' }, gas, NOW).verdict).toBe('ALLOWED');
  expect(evaluateInterlocks({ ...safetyCut, op: 'valve_close' }, gas, NOW).verdict).toBe('ALLOWED');
});

it('nothing is published to a meter known to be offline', () => {
  const values = Object.values(verdicts({ meterOnline: false }));
  expect(new Set(values)).toEqual(new Set(['REFUSED OFFLINE']));
});

describe('freshness', () => {
  it('an automatic cut needs a reading of at most two intervals; a person’s cut is warned, never barred', () => {
    expect(verdicts({ lastReadingAt: NOW - 20_000 })).toEqual(ALLOWED);
    const old = { lastReadingAt: NOW - 20_001 };
    expect(verdicts(old)).toEqual({ ...ALLOWED, cut: 'REFUSED STALE' });
    expect(evaluateInterlocks(operatorCut, { ...calm, ...old }, NOW)).toMatchObject({
      verdict: 'ALLOWED',
      warnings: [{ reason: 'STALE', facts: { ageMs: 20_001 } }],
    });
    expect(evaluateInterlocks(operatorCut, calm, NOW)).toMatchObject({ warnings: [] });
  });
  it('a restore needs a reading of at most max(5 min, two intervals)', () => {
    expect(verdicts({ lastReadingAt: NOW - 300_000 }).restore).toBe('ALLOWED');
    expect(verdicts({ lastReadingAt: NOW - 300_001 }).operatorRestore).toBe('REFUSED STALE');
    expect(verdicts({ lastReadingAt: NOW - 1_800_000, intervalMs: 900_000 }).restore).toBe('ALLOWED');
    expect(verdicts({ lastReadingAt: null }).restore).toBe('REFUSED STALE');
  });
});

describe('another live command', () => {
  const live = (op: string, reason: 'MANUAL' | 'SAFETY') => ({ liveCommand: { id: 'c1', op, reason } });
  it('in the same direction is returned by its id', () => {
    const context = { ...calm, ...live('disconnect', 'MANUAL') };
    expect(evaluateInterlocks(operatorCut, context, NOW)).toEqual({
      verdict: 'ALREADY_LIVE',
      commandId: 'c1',
    });
  });
  it('in the opposite direction is superseded', () => {
    const context = { ...calm, ...live('disconnect', 'MANUAL') };
    expect(evaluateInterlocks(operatorRestore, context, NOW)).toMatchObject({
      verdict: 'ALLOWED',
      supersedes: 'c1',
    });
  });
  it('safety supersedes all and is superseded by nothing', () => {
    expect(evaluateInterlocks(safetyCut, { ...calm, ...live('disconnect', 'MANUAL') }, NOW)).toMatchObject({
      verdict: 'ALLOWED',
      supersedes: 'c1',
    });
    expect(evaluateInterlocks(safetyCut, { ...calm, ...live('connect', 'MANUAL') }, NOW)).toMatchObject({
      supersedes: 'c1',
    });
    expect(
      evaluateInterlocks(operatorRestore, { ...calm, ...live('disconnect', 'SAFETY') }, NOW),
    ).toMatchObject({
      reason: 'COMMAND_LIVE',
      facts: { commandId: 'c1' },
    });
    expect(evaluateInterlocks(safetyCut, { ...calm, ...live('disconnect', 'SAFETY') }, NOW)).toMatchObject({
      verdict: 'ALREADY_LIVE',
    });
  });
  it('that only reads the meter stands in nobody’s way', () => {
    expect(evaluateInterlocks(operatorCut, { ...calm, ...live('read', 'MANUAL') }, NOW)).toMatchObject({
      verdict: 'ALLOWED',
      supersedes: null,
    });
  });
});

it('a point armed by one person is not switched by another until the lease ends', () => {
  const controlLease = { heldBy: 'u2', until: NOW + 1 };
  expect(verdicts({ controlLease })).toEqual({
    ...ALLOWED,
    operatorCut: 'REFUSED ARMED_BY_OTHER',
    operatorRestore: 'REFUSED ARMED_BY_OTHER',
  });
  expect(verdicts({ controlLease: { heldBy: 'u2', until: NOW } })).toEqual(ALLOWED);
  expect(verdicts({ controlLease: { heldBy: 'u1', until: NOW + 1 } })).toEqual(ALLOWED);
});

it('a meter moved to the point less than 1 h ago waits for a person’s confirmation, except for safety', () => {
  const refused = 'REFUSED MAPPING_CHANGED';
  const moved = { mappingChangedAt: NOW - 3_599_999 };
  expect(verdicts(moved)).toEqual({
    cut: refused,
    operatorCut: refused,
    safetyCut: 'ALLOWED',
    restore: refused,
    operatorRestore: refused,
  });
  expect(verdicts({ mappingChangedAt: NOW - 3_600_000 })).toEqual(ALLOWED);
});

it('stays off for at least 30 s, whoever asks, and says how long to wait', () => {
  expect(verdicts({ lastOpenedAt: NOW - 29_999 })).toEqual({
    ...ALLOWED,
    restore: 'WAIT MIN_OFF_TIME',
    operatorRestore: 'WAIT MIN_OFF_TIME',
  });
  expect(evaluateInterlocks(restore, { ...calm, lastOpenedAt: NOW - 12_000 }, NOW)).toMatchObject({
    until: NOW + 18_000,
    facts: { waitMs: 18_000 },
  });
  expect(verdicts({ lastOpenedAt: NOW - 30_000 })).toEqual(ALLOWED);
});

it('stays on for at least 60 s, except for safety', () => {
  expect(verdicts({ lastClosedAt: NOW - 59_999 })).toEqual({
    ...ALLOWED,
    cut: 'WAIT MIN_ON_TIME',
    operatorCut: 'WAIT MIN_ON_TIME',
  });
  expect(verdicts({ lastClosedAt: NOW - 60_000 })).toEqual(ALLOWED);
});

it('spares the contacts: six operations an hour, except for safety', () => {
  const operationTimes = [5, 1, 2, 3, 4, 6].map((minutes) => NOW - minutes * 600_000 + 1);
  expect(verdicts({ operationTimes: operationTimes.slice(1) })).toEqual(ALLOWED);
  const rate = 'REFUSED RELAY_RATE';
  expect(verdicts({ operationTimes })).toEqual({
    cut: rate,
    operatorCut: rate,
    safetyCut: 'ALLOWED',
    restore: rate,
    operatorRestore: rate,
  });
  expect(evaluateInterlocks(cut, { ...calm, operationTimes }, NOW)).toMatchObject({
    facts: { until: NOW + 1 },
  });
});
