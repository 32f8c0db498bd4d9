import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import { graceOf } from './creditTerms';
import { type CutOutlook, cutForecast } from './cutForecast';
import { DEFAULT_DISCONNECT_TIMES, type DisconnectFacts, decideDisconnect } from './disconnectPolicy';
import { DEFAULT_NO_CUT_PERIODS, NO_NO_CUT_PERIODS } from './noCutPeriods';

const zone = campusZone('Asia/Shanghai');
const MINUTE_MS = 60_000;
/** Wednesday 2026-11-11. */
const at = (day: number, hour: number, minute = 0) => zone.utcOf(2026, 11, day, hour * 60 + minute);
const policy = { ...DEFAULT_DISCONNECT_TIMES, noCutPeriods: DEFAULT_NO_CUT_PERIODS };
const NOON = at(11, 12);

const outlook = (over: Partial<CutOutlook>): CutOutlook => ({
  runsOutMs: NOON,
  protection: 'NONE',
  lockedOut: false,
  eligibleSince: null,
  lastNoticeAt: at(10, 12),
  lastReadingAt: NOON,
  intervalMs: 10_000,
  ingestGap: null,
  terms: { class: 'PREPAID', graceDays: null, graceLimitMicro: null },
  ...over,
});
const seen = (over: Partial<CutOutlook>, now = NOON, rules = policy) =>
  cutForecast(outlook(over), rules, zone, now);

/** The cut that the policy makes if nothing changes but the time; its own notices go out. */
function cutByPolicy(from: CutOutlook, start: number): number {
  let { lastNoticeAt } = from;
  let now = Math.max(start, from.runsOutMs);
  for (;;) {
    const facts: DisconnectFacts = {
      ...from,
      utility: 'ELECTRICITY',
      safetyCause: false,
      standing: { availableMicro: 0n, arrearsMicro: 0n, disputedMicro: 0n, recoveryPlan: null },
      entitlementLeft: false,
      eligibleSince: from.eligibleSince ?? Math.max(start, from.runsOutMs),
      lastNoticeAt,
      grace: graceOf(
        { ...from.terms, eligibleMs: from.eligibleSince ?? Math.max(start, from.runsOutMs) },
        now,
      ),
      postpaid: false,
      earlyTrip: null,
      lastReadingAt: now,
      trickleCapable: false,
    };
    const { act, reviewAt } = decideDisconnect(facts, policy, zone, now);
    if (act === 'DISCONNECT') return now;
    if (act === 'WARN') lastNoticeAt = now;
    now = reviewAt ?? now + MINUTE_MS;
  }
}

describe('when a room could be cut', () => {
  it('waits for 60 s and for the final notice where none was sent', () => {
    expect(seen({ runsOutMs: at(11, 15) })).toEqual({
      notBeforeMs: at(11, 15, 1),
      rule: 'FINAL_NOTICE',
      noCutKind: null,
      noticeGiven: false,
    });
    expect(seen({ runsOutMs: at(11, 15), lastNoticeAt: null }).notBeforeMs).toBe(at(11, 15, 16));
  });
  it('never names an instant inside a no-cut period, also when only the notice would end in one', () => {
    const atNight = { notBeforeMs: at(12, 8), rule: 'NO_CUT_PERIOD', noCutKind: 'DAILY', noticeGiven: false };
    expect(seen({ runsOutMs: at(11, 23) })).toEqual(atNight);
    expect(seen({ runsOutMs: at(11, 21, 50), lastNoticeAt: null })).toEqual(atNight);
    expect(seen({ runsOutMs: at(13, 23) }).notBeforeMs).toBe(at(16, 8));
    const anyHour = { ...policy, noCutPeriods: NO_NO_CUT_PERIODS };
    expect(seen({ runsOutMs: at(11, 23) }, NOON, anyHour).notBeforeMs).toBe(at(11, 23, 1));
  });
  it('names no instant for what is protected or tagged', () => {
    expect(seen({ protection: 'CREDIT' })).toMatchObject({ notBeforeMs: null, rule: 'PROTECTED_CREDIT' });
    expect(seen({ protection: 'LIFE_SAFETY' })).toMatchObject({ notBeforeMs: null, rule: 'LIFE_SAFETY' });
    expect(seen({ lockedOut: true })).toMatchObject({ notBeforeMs: null, rule: 'LOCKOUT' });
  });
  it('lies never in the past: once credit is used up it says what the cut waits for, or that it is due', () => {
    const usedUp = { runsOutMs: at(11, 9), eligibleSince: at(11, 9) };
    expect(seen(usedUp)).toMatchObject({ notBeforeMs: NOON, rule: 'CREDIT_USED_UP' });
    expect(seen({ ...usedUp, lastReadingAt: at(11, 11) })).toMatchObject({
      notBeforeMs: null,
      rule: 'STALE',
    });
    expect(seen({ ...usedUp, ingestGap: { from: at(11, 9), to: at(11, 11, 50) } })).toMatchObject({
      notBeforeMs: at(11, 12, 20),
      rule: 'OUTAGE_GRACE',
    });
    expect(seen({ runsOutMs: at(11, 9) }).notBeforeMs).toBe(NOON + MINUTE_MS);
  });
  it('tells a level notice that stands as the final one; in a no-cut period one of its own is still to come', () => {
    const usedUp = { runsOutMs: at(11, 9), eligibleSince: at(11, 9) };
    expect(seen(usedUp).noticeGiven).toBe(true);
    expect(seen({ ...usedUp, lastNoticeAt: null }).noticeGiven).toBe(false);
    expect(seen({ runsOutMs: at(11, 15) }).noticeGiven).toBe(false);
    expect(seen({ ...usedUp, runsOutMs: at(11, 15) }).noticeGiven).toBe(false);
    expect(seen(usedUp, at(11, 23)).noticeGiven).toBe(false);
    expect(seen({ ...usedUp, lastNoticeAt: at(11, 9) }, at(11, 23)).noticeGiven).toBe(true);
  });
  it('is never for an account that pays afterwards, and not known down to a debt', () => {
    const terms = { graceDays: null, graceLimitMicro: null };
    expect(seen({ terms: { ...terms, class: 'POSTPAID' } })).toMatchObject({
      notBeforeMs: null,
      rule: 'POSTPAID',
    });
    expect(seen({ terms: { ...terms, class: 'SPECIAL', graceLimitMicro: 1n } })).toMatchObject({
      notBeforeMs: null,
      rule: 'GRACE',
    });
  });
  it('is when the policy cuts, if nothing changes but the time', () => {
    const cases: [over: Partial<CutOutlook>, now: number][] = [];
    for (const now of [NOON, at(11, 21, 50), at(11, 23), at(12, 7, 40), at(12, 7, 55), at(13, 21, 59)])
      for (const lastNoticeAt of [null, now - 24 * 60 * MINUTE_MS, now - 5 * MINUTE_MS]) {
        cases.push([{ runsOutMs: now + 3 * MINUTE_MS, lastNoticeAt }, now]);
        cases.push([{ runsOutMs: now, eligibleSince: now - 3 * MINUTE_MS, lastNoticeAt }, now]);
        const terms = { class: 'SPECIAL' as const, graceDays: 2, graceLimitMicro: null };
        cases.push([{ runsOutMs: now + 3 * MINUTE_MS, lastNoticeAt, terms }, now]);
        cases.push([{ runsOutMs: now, eligibleSince: now - 3 * MINUTE_MS, lastNoticeAt, terms }, now]);
      }
    for (const [over, now] of cases) {
      const facts = outlook({ ...over, lastReadingAt: now });
      const { notBeforeMs } = cutForecast(facts, policy, zone, now);
      const cutMs = cutByPolicy(facts, now);
      expect(cutMs - notBeforeMs!, JSON.stringify({ ...over, now })).toBeGreaterThanOrEqual(0);
      expect(cutMs - notBeforeMs!, JSON.stringify({ ...over, now })).toBeLessThanOrEqual(MINUTE_MS);
    }
  });
});
