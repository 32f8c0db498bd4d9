import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import {
  DEFAULT_DISCONNECT_TIMES,
  type DisconnectFacts,
  type DisconnectPolicy,
  decideDisconnect,
  nextPolicyInstant,
} from './disconnectPolicy';
import { DEFAULT_NO_CUT_PERIODS, NO_NO_CUT_PERIODS, noCutAt } from './noCutPeriods';

const zone = campusZone('Asia/Shanghai');
const MINUTE = 60_000;
/** Local time of a campus in UTC+8. */
const at = (text: string): number => Date.parse(`${text}:00+08:00`);

const anyHour: DisconnectPolicy = { ...DEFAULT_DISCONNECT_TIMES, noCutPeriods: NO_NO_CUT_PERIODS };
const policy: DisconnectPolicy = { ...DEFAULT_DISCONNECT_TIMES, noCutPeriods: DEFAULT_NO_CUT_PERIODS };
const NOW = at('2025-09-10T12:00');

const usedUp: DisconnectFacts = {
  utility: 'ELECTRICITY',
  protection: 'NONE',
  safetyCause: false,
  lockedOut: false,
  standing: { availableMicro: 0n, arrearsMicro: 0n, disputedMicro: 0n, recoveryPlan: null },
  entitlementLeft: false,
  eligibleSince: NOW - 60 * MINUTE,
  lastNoticeAt: NOW - 60 * MINUTE,
  grace: null,
  postpaid: false,
  earlyTrip: null,
  lastReadingAt: NOW,
  intervalMs: 10_000,
  ingestGap: null,
  trickleCapable: false,
};
const decide = (change: Partial<DisconnectFacts>, now = NOW, under = anyHour) =>
  decideDisconnect({ ...usedUp, ...change }, under, zone, now);

it('cuts when credit is used up and nothing bars it', () => {
  expect(decide({})).toMatchObject({ act: 'DISCONNECT', rule: 'CREDIT_USED_UP' });
});

describe('the first rule that matches wins', () => {
  const bars: [string, Partial<DisconnectFacts>, string][] = [
    ['life safety', { protection: 'LIFE_SAFETY' }, 'NEVER LIFE_SAFETY'],
    ['safety', { safetyCause: true }, 'DISCONNECT SAFETY'],
    ['credit left', { standing: { ...usedUp.standing, availableMicro: 1n } }, 'NONE CREDIT_LEFT'],
    ['disputed money', { standing: { ...usedUp.standing, disputedMicro: 1n } }, 'NONE CREDIT_LEFT'],
    ['free units left', { entitlementLeft: true }, 'NONE ENTITLEMENT_LEFT'],
    ['gas', { utility: 'GAS' }, 'NEVER GAS_NEVER_FOR_CREDIT'],
    ['water without a trickle', { utility: 'WATER' }, 'NEVER WATER_TRICKLE_ONLY'],
    ['a maintenance tag', { lockedOut: true }, 'WAIT LOCKOUT'],
    ['credit protection', { protection: 'CREDIT' }, 'NEVER PROTECTED_CREDIT'],
    ['grace in time', { grace: { until: NOW + 1, limitMicro: null } }, 'WAIT GRACE'],
    ['grace in money', { grace: { until: null, limitMicro: 1n } }, 'WAIT GRACE'],
    ['an outage', { ingestGap: { from: NOW - 20 * MINUTE, to: NOW - 5 * MINUTE } }, 'WAIT OUTAGE_GRACE'],
    ['stale data', { lastReadingAt: NOW - 20_001 }, 'WAIT STALE'],
    ['the first 60 s', { eligibleSince: NOW - 59_999 }, 'WAIT ELIGIBLE_60S'],
    ['no notice yet', { lastNoticeAt: null }, 'WARN FINAL_NOTICE'],
    ['a notice too young', { lastNoticeAt: NOW - 15 * MINUTE + 1 }, 'WAIT FINAL_NOTICE'],
  ];
  it.each(bars)('%s', (_name, change, expected) => {
    const { act, rule } = decide(change);
    expect(`${act} ${rule}`).toBe(expected);
  });

  it('every bar yields to those above it and beats those below it', () => {
    const order = bars.filter(
      ([name]) =>
        !['disputed money', 'water without a trickle', 'a maintenance tag', 'grace in money'].includes(name),
    );
    order.forEach(([, , expected], index) => {
      const below = order.slice(index).reduceRight((change, [, one]) => Object.assign(change, one), {});
      const { act, rule } = decide(below);
      expect(`${act} ${rule}`).toBe(expected);
    });
  });
});

it('safety never waits for a no-cut period, credit does', () => {
  const night = at('2025-09-10T23:00');
  expect(decide({ safetyCause: true }, night, policy)).toMatchObject({ act: 'DISCONNECT', rule: 'SAFETY' });
  expect(decide({}, night, policy)).toMatchObject({
    act: 'WAIT',
    rule: 'NO_CUT_PERIOD',
    noCutKind: 'DAILY',
    until: at('2025-09-11T08:00'),
  });
});

it('at night a protection, a tag and a grace are named before the no-cut period, stale data after it', () => {
  const night = at('2025-09-10T23:00');
  const ruleAtNight = (change: Partial<DisconnectFacts>) => decide(change, night, policy).rule;
  expect(ruleAtNight({ protection: 'CREDIT' })).toBe('PROTECTED_CREDIT');
  expect(ruleAtNight({ lockedOut: true })).toBe('LOCKOUT');
  expect(ruleAtNight({ grace: { until: night + 1, limitMicro: null } })).toBe('GRACE');
  expect(ruleAtNight({ lastReadingAt: null })).toBe('NO_CUT_PERIOD');
});

it('G11: crossed at night, warned at 07:30, cut at 08:00', () => {
  const facts = { eligibleSince: at('2025-09-10T03:10'), lastNoticeAt: at('2025-09-09T21:00') };
  const fresh = (now: number) => ({ ...facts, lastReadingAt: now });
  const before = at('2025-09-10T07:29');
  expect(decide(fresh(before), before, policy)).toMatchObject({
    act: 'WAIT',
    reviewAt: at('2025-09-10T07:30'),
  });
  const warn = at('2025-09-10T07:30');
  expect(decide(fresh(warn), warn, policy)).toMatchObject({ act: 'WARN', rule: 'FINAL_NOTICE' });
  const told = (now: number) => ({ ...fresh(now), lastNoticeAt: warn });
  expect(decide(told(at('2025-09-10T07:59')), at('2025-09-10T07:59'), policy)).toMatchObject({
    act: 'WAIT',
    rule: 'NO_CUT_PERIOD',
    reviewAt: at('2025-09-10T08:00'),
  });
  expect(decide(told(at('2025-09-10T08:00')), at('2025-09-10T08:00'), policy)).toMatchObject({
    act: 'DISCONNECT',
  });
  const quarterTo = { ...told(at('2025-09-10T08:00')), lastNoticeAt: at('2025-09-10T07:45') };
  expect(decide(quarterTo, at('2025-09-10T08:00'), policy)).toMatchObject({ act: 'DISCONNECT' });
});

it('a level notice of the same descent counts as the final notice', () => {
  expect(decide({ eligibleSince: NOW - 61_000, lastNoticeAt: NOW - 16 * MINUTE })).toMatchObject({
    act: 'DISCONNECT',
  });
});

it('water is throttled to a trickle, never closed, for credit', () => {
  expect(decide({ utility: 'WATER', trickleCapable: true })).toMatchObject({
    act: 'LIMIT',
    rule: 'CREDIT_USED_UP',
  });
});

it('a short ingest gap gives no grace', () => {
  expect(decide({ ingestGap: { from: NOW - 20 * MINUTE, to: NOW - 10 * MINUTE } })).toMatchObject({
    act: 'DISCONNECT',
  });
});

it('grace ends at its limit', () => {
  const standing = { ...usedUp.standing, availableMicro: -5n };
  expect(decide({ standing, grace: { until: null, limitMicro: 6n } })).toMatchObject({ rule: 'GRACE' });
  expect(decide({ standing, grace: { until: null, limitMicro: 5n } })).toMatchObject({ act: 'DISCONNECT' });
});

it('stepping from one policy instant to the next misses no warning and no cut', () => {
  let now = at('2025-09-12T21:58');
  const facts: DisconnectFacts = { ...usedUp, eligibleSince: now, lastNoticeAt: null, intervalMs: 10 ** 12 };
  const seen: string[] = [];
  for (let step = 0; step < 6; step += 1) {
    const { act, rule } = decideDisconnect(facts, policy, zone, now);
    seen.push(`${new Date(now + 8 * 3_600_000).toISOString().slice(5, 16)} ${act} ${rule}`);
    const next = nextPolicyInstant(facts, policy, zone, now);
    if (next === null) break;
    expect(['WAIT', act]).toContain(decideDisconnect(facts, policy, zone, next - 1).act);
    now = next;
  }
  expect(seen).toEqual([
    '09-12T21:58 WAIT ELIGIBLE_60S',
    '09-12T21:59 WARN FINAL_NOTICE',
    '09-12T22:14 WAIT NO_CUT_PERIOD',
    '09-15T07:30 WARN FINAL_NOTICE',
    '09-15T08:00 WARN FINAL_NOTICE',
    '09-15T08:15 WARN FINAL_NOTICE',
  ]);
});

describe('no-cut periods', () => {
  const until = (text: string, periods = DEFAULT_NO_CUT_PERIODS) =>
    noCutAt(periods, zone, at(text))?.until ?? null;
  it('run over midnight, and their end is free', () => {
    expect(until('2025-09-10T21:59')).toBeNull();
    expect(until('2025-09-10T22:00')).toBe(at('2025-09-11T08:00'));
    expect(until('2025-09-11T07:59')).toBe(at('2025-09-11T08:00'));
    expect(until('2025-09-11T08:00')).toBeNull();
  });
  it('join night, weekend and night into one', () => {
    expect(until('2025-09-12T23:00')).toBe(at('2025-09-15T08:00'));
    expect(until('2025-09-13T12:00')).toBe(at('2025-09-15T08:00'));
  });
  it('know holidays, exam weeks and worked weekend days', () => {
    const periods = {
      ...DEFAULT_NO_CUT_PERIODS,
      dailyWindows: [],
      holidays: ['2025-10-01', '2025-10-02'],
      examWeeks: [{ fromDate: '2026-01-05', toDate: '2026-01-09' }],
      workedDates: ['2025-09-28'],
    };
    expect(until('2025-10-01T10:00', periods)).toBe(at('2025-10-03T00:00'));
    expect(noCutAt(periods, zone, at('2025-10-01T10:00'))?.kind).toBe('HOLIDAY');
    expect(until('2026-01-05T10:00', periods)).toBe(at('2026-01-12T00:00'));
    expect(until('2025-09-28T10:00', periods)).toBeNull();
    expect(until('2025-09-27T10:00', periods)).toBe(at('2025-09-28T00:00'));
  });
  it('take declared periods as [from, to)', () => {
    const declared = [{ kind: 'HEAT' as const, from: at('2025-09-10T11:00'), to: at('2025-09-10T15:00') }];
    const periods = { ...NO_NO_CUT_PERIODS, declared };
    expect(until('2025-09-10T10:59', periods)).toBeNull();
    expect(until('2025-09-10T11:00', periods)).toBe(at('2025-09-10T15:00'));
    expect(until('2025-09-10T15:00', periods)).toBeNull();
  });
  it('follow the wall clock when the clocks change', () => {
    const london = campusZone('Europe/London');
    const night = noCutAt(DEFAULT_NO_CUT_PERIODS, london, Date.parse('2025-10-27T23:00:00Z'));
    expect(night?.until).toBe(Date.parse('2025-10-28T08:00:00Z'));
    const spring = noCutAt(
      { ...DEFAULT_NO_CUT_PERIODS, weekdays: [] },
      london,
      Date.parse('2025-03-29T23:00:00Z'),
    );
    expect(spring?.until).toBe(Date.parse('2025-03-30T07:00:00Z'));
  });
});
