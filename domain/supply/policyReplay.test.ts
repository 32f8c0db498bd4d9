import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import { DEFAULT_DISCONNECT_TIMES } from './disconnectPolicy';
import { type DailyWindow, NO_NO_CUT_PERIODS } from './noCutPeriods';
import {
  type CreditStep,
  type ReplayPoint,
  type ReplayPolicy,
  type ReplayVerdict,
  replayPolicy,
  replayTotals,
} from './policyReplay';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 150;
const zone = campusZone('Asia/Shanghai');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Local time of a campus in UTC+8; 10 September 2025 is a Wednesday. */
const at = (text: string): number => Date.parse(`2025-09-${text}:00+08:00`);
const END = at('20T00:00');

const under = (windows: readonly DailyWindow[], weekdays: readonly number[] = []): ReplayPolicy => ({
  disconnect: {
    ...DEFAULT_DISCONNECT_TIMES,
    noCutPeriods: { ...NO_NO_CUT_PERIODS, dailyWindows: windows, weekdays },
  },
  reconnectMinMicro: 0n,
});
const night: DailyWindow = { fromMinute: 22 * 60, toMinute: 8 * 60 };
const anyHour = under([]);
const nights = under([night]);

const step = (atMs: number, yuan: number): CreditStep => ({
  atMs,
  availableMicro: BigInt(yuan) * 1_000_000n,
  arrearsMicro: yuan < 0 ? BigInt(yuan) * 1_000_000n : 0n,
});
/** 10.00 used in ten days, used up at 12:00 and topped up again. */
const room = (change: Partial<ReplayPoint> = {}, backAt = at('10T18:00')): ReplayPoint => ({
  credit: [step(at('01T12:00'), 10), step(at('10T12:00'), 0), step(backAt, 20)],
  noticesMs: [at('09T12:00')],
  cutsMs: [at('10T12:01') + 1_500],
  protections: [],
  terms: { class: 'PREPAID', graceDays: null, graceLimitMicro: null },
  ...change,
});
const replay = (point: ReplayPoint, inForce: ReplayPolicy, draft: ReplayPolicy): ReplayVerdict[] =>
  replayPolicy(
    point,
    () => inForce,
    () => draft,
    zone,
    END,
  );

describe('what a draft policy changes', () => {
  it('a cut that both policies make at once happens as before, by the rule that cuts', () => {
    expect(replay(room(), anyHour, nights)).toMatchObject([
      { kind: 'AS_BEFORE', draftMs: at('10T12:01'), rule: 'CREDIT_USED_UP', floatMicro: 0n },
    ]);
  });

  it('a no-cut time that lasts until the top-up avoids the cut; a shorter one delays it to its end, and both cost what is used', () => {
    const draft = (toMinute: number) => under([{ fromMinute: 600, toMinute }]);
    const rule = { rule: 'NO_CUT_PERIOD', noCutKind: 'DAILY' };
    const [avoided] = replay(room(), anyHour, draft(19 * 60));
    expect(avoided).toMatchObject({ kind: 'AVOIDED', draftMs: null, ...rule });
    // 10.00 in the nine days that are known, the last week's share of them falls into one charge.
    expect(avoided!.floatMicro).toBe((10_000_000n * BigInt(6 * HOUR - MINUTE)) / BigInt(7 * DAY));
    const [delayed] = replay(room(), anyHour, draft(14 * 60));
    expect(delayed).toMatchObject({ kind: 'DELAYED', draftMs: at('10T14:00'), ...rule });
    expect(replay(room(), draft(14 * 60), anyHour)).toMatchObject([
      { kind: 'EARLIER', draftMs: at('10T12:01'), ...rule, floatMicro: -delayed!.floatMicro },
    ]);
  });

  it('a cut that was barred and is not under the draft is new; one that the policy in force would not have made tells nothing', () => {
    const all = under([], [1, 2, 3, 4, 5, 6, 7]);
    expect(replay(room({ cutsMs: [] }), all, anyHour)).toMatchObject([
      { kind: 'NEW', cutMs: null, draftMs: at('10T12:01'), rule: 'NO_CUT_PERIOD', noCutKind: 'WEEKDAY' },
    ]);
    expect(replay(room(), all, anyHour)).toMatchObject([
      { kind: 'UNEXPLAINED', draftMs: null, floatMicro: 0n },
    ]);
    expect(replay(room({ cutsMs: [] }), anyHour, all), 'held back by what is no policy').toEqual([]);
  });

  it('who is protected, pays afterwards or has grace is cut under neither; a protection that ends lets the draft cut', () => {
    const spared: Partial<ReplayPoint>[] = [
      { protections: [{ fromMs: 0, protection: 'CREDIT' }] },
      { terms: { class: 'POSTPAID', graceDays: null, graceLimitMicro: null } },
      { terms: { class: 'SPECIAL', graceDays: 3, graceLimitMicro: null } },
    ];
    for (const change of spared) expect(replay(room({ ...change, cutsMs: [] }), anyHour, nights)).toEqual([]);
    const ending = room({
      cutsMs: [at('10T15:00')],
      protections: [
        { fromMs: 0, protection: 'CREDIT' },
        { fromMs: at('10T15:00'), protection: 'NONE' },
      ],
    });
    expect(replay(ending, anyHour, nights)).toMatchObject([{ kind: 'AS_BEFORE', draftMs: at('10T15:00') }]);
  });

  it('without a notice the final one comes first; a longer lead delays the cut', () => {
    const slow = { ...anyHour, disconnect: { ...anyHour.disconnect, noticeLeadMs: 2 * HOUR } };
    const quiet = room({ noticesMs: [], cutsMs: [at('10T12:16') + 900] });
    expect(replay(quiet, anyHour, slow)).toMatchObject([
      { kind: 'DELAYED', draftMs: at('10T14:01'), rule: 'FINAL_NOTICE' },
    ]);
  });
});

const courses = fc
  .array(fc.record({ minutes: fc.integer({ min: 1, max: 2_000 }), yuan: fc.integer({ min: -6, max: 12 }) }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((moves) => {
    let now = at('01T00:00');
    return moves.map(({ minutes, yuan }) => {
      now += minutes * MINUTE;
      return step(now, yuan);
    });
  });
const policies = fc
  .record({
    windows: fc.array(
      fc.record({
        fromMinute: fc.integer({ min: 0, max: 1_439 }),
        toMinute: fc.integer({ min: 1, max: 1_440 }),
      }),
      { maxLength: 2 },
    ),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 6 }),
  })
  .map(({ windows, weekdays }) => under(windows, weekdays));

it('a draft equal to the policy in force changes nothing, whatever the history', () => {
  const history = fc.record({
    credit: courses,
    cuts: fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(history, policies, ({ credit, cuts }, policy) => {
      const cutsMs = cuts.map((minute) => at('01T00:00') + minute * MINUTE).sort((a, b) => a - b);
      const verdicts = replay(room({ credit, cutsMs, noticesMs: [] }), policy, policy);
      const { counts, floatMicro } = replayTotals(verdicts);
      expect(counts).toMatchObject({ AVOIDED: 0, DELAYED: 0, EARLIER: 0, NEW: 0 });
      expect(floatMicro).toBe(0n);
    }),
    { numRuns: RUNS },
  );
});

it('what two policies change one way, they change back the other way: avoided is new, delayed is earlier, the float its negative', () => {
  fc.assert(
    fc.property(courses, policies, policies, (credit, one, other) => {
      const cutsUnder = (policy: ReplayPolicy) => {
        const drafts = replay(
          room({ credit, cutsMs: [], noticesMs: [] }),
          under([], [1, 2, 3, 4, 5, 6, 7]),
          policy,
        );
        return drafts.map(({ draftMs }) => draftMs!);
      };
      const there = replay(room({ credit, cutsMs: cutsUnder(one), noticesMs: [] }), one, other);
      const back = replay(room({ credit, cutsMs: cutsUnder(other), noticesMs: [] }), other, one);
      const [a, b] = [replayTotals(there), replayTotals(back)];
      expect([a.counts.AVOIDED, a.counts.DELAYED]).toEqual([b.counts.NEW, b.counts.EARLIER]);
      expect(a.floatMicro).toBe(-b.floatMicro);
    }),
    { numRuns: RUNS },
  );
});
