import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alarm } from './alarm';
import { alarmTags, chatterOffDelayMs, isChattering } from './alarmFlags';
import { type AlarmEvent, alarmStep, raiseAlarm } from './alarmMachine';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 150;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const rule = { ruleCode: 'OVERLOAD', priority: 'P2' as const, latching: false };
const raised = raiseAlarm(rule, 'point:1', 0).alarm;
const run = (alarm: Alarm, ...events: AlarmEvent[]): Alarm =>
  events.reduce((current, event) => alarmStep(current, event).alarm, alarm);
const on = (at: number): AlarmEvent => ({ kind: 'RAISE', at });
const off = (at: number): AlarmEvent => ({ kind: 'RETURN', at });

describe('chattering', () => {
  const chattering = run(raised, off(5 * SECOND), on(20 * SECOND), off(25 * SECOND), on(MINUTE));

  it('is three activations within 60 s, and not within 60.001 s', () => {
    expect(chattering).toMatchObject({ chatter: true, offDelayMs: MINUTE });
    const slow = run(raised, off(5 * SECOND), on(20 * SECOND), off(25 * SECOND), on(MINUTE + 1));
    expect(slow).toMatchObject({ chatter: false, offDelayMs: 0 });
  });
  it('holds the return back for the added off-delay; a hit meanwhile is no activation', () => {
    const gone = run(chattering, off(70 * SECOND));
    expect(gone).toMatchObject({ condition: 'ACTIVE', returnDue: 130 * SECOND });
    // The rule says it again: the delay does not start over.
    expect(run(gone, off(80 * SECOND)).returnDue).toBe(130 * SECOND);
    expect(alarmStep(gone, { kind: 'RETURN_DUE', at: 129_999 }).outcome).toBe('SAME');
    const back = run(gone, on(90 * SECOND));
    expect(back).toMatchObject({
      returnDue: null,
      count: gone.count + 1,
      activations: chattering.activations,
    });
    expect(alarmStep(back, { kind: 'RETURN_DUE', at: HOUR }).outcome).toBe('SAME');
    expect(run(gone, { kind: 'RETURN_DUE', at: 130 * SECOND })).toMatchObject({
      condition: 'NORMAL',
      returnedAt: 130 * SECOND,
      returnDue: null,
    });
  });
  it('is told again while it is held, and returns all the same', () => {
    const acked = run(chattering, { kind: 'ACKNOWLEDGE', at: 65 * SECOND }, off(70 * SECOND));
    expect(run(acked, { kind: 'REALARM', at: 75 * SECOND }).returnDue).toBe(130 * SECOND);
  });
  it('doubles up to 30 min', () => {
    expect([0, 20_000, 60_000, 1_200_000, 1_800_000].map(chatterOffDelayMs)).toEqual([
      MINUTE,
      MINUTE,
      2 * MINUTE,
      30 * MINUTE,
      30 * MINUTE,
    ]);
  });
  it('is seen over episodes that were acknowledged at once, and forgotten after half an hour of quiet', () => {
    const next = (at: number) =>
      raiseAlarm(rule, 'point:1', at, {
        before: { activations: [0, 20 * SECOND], offDelayMs: 0, returnedAt: 25 * SECOND },
      }).alarm;
    expect(next(50 * SECOND)).toMatchObject({ chatter: true, offDelayMs: MINUTE });
    const calm = raiseAlarm(rule, 'point:1', HOUR, {
      before: { activations: [0], offDelayMs: MINUTE, returnedAt: HOUR - 30 * MINUTE - 1 },
    }).alarm;
    expect(calm).toMatchObject({ chatter: false, offDelayMs: 0, activations: [HOUR] });
  });
  it('agrees with counting by hand, and never goes beyond 30 min or down within an episode', () => {
    const steps = fc.array(
      fc.record({ forMs: fc.integer({ min: 1, max: 90_000 }), pauseMs: fc.integer({ min: 1, max: 90_000 }) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        let alarm = raised;
        let at = 0;
        for (const { forMs, pauseMs } of list) {
          const before = alarm;
          at += forMs;
          alarm = run(alarm, off(at));
          if (alarm.returnDue !== null && alarm.returnDue <= at + pauseMs)
            alarm = run(alarm, { kind: 'RETURN_DUE', at: alarm.returnDue });
          at += pauseMs;
          const activation = alarm.condition === 'NORMAL';
          alarm = run(alarm, on(at));
          const newest = [...before.activations, ...(activation ? [at] : [])].slice(-3);
          const three = newest.length === 3 && newest[2]! - newest[0]! <= MINUTE + 2 * before.offDelayMs;
          expect(alarm.offDelayMs).toBe(
            activation && three ? chatterOffDelayMs(before.offDelayMs) : before.offDelayMs,
          );
          expect(alarm.offDelayMs).toBeLessThanOrEqual(30 * MINUTE);
          expect(alarm.chatter).toBe(alarm.offDelayMs > 0);
        }
      }),
      { numRuns: RUNS },
    );
  });
  it('is judged on any three neighbours', () => {
    expect(isChattering([0, 30_000, 60_000])).toBe(true);
    expect(isChattering([0, 100_000, 130_000, 150_000])).toBe(true);
    expect(isChattering([0, 60_000, 120_000])).toBe(false);
    expect(isChattering([0, 60_000, 120_000], 30_000)).toBe(true);
  });
});

it('gone within 10 s is fleeting, until it comes back to stay', () => {
  expect(alarmTags(run(raised, off(9_999)), MINUTE)).toEqual(['FLEETING']);
  expect(alarmTags(run(raised, off(10_000)), MINUTE)).toEqual([]);
  expect(alarmTags(run(raised, off(9_999), on(HOUR)), HOUR)).toEqual([]);
});

it('standing for more than 24 h is stale, however often it was announced; gone it is not', () => {
  const told = run(raised, { kind: 'ACKNOWLEDGE', at: 1 }, { kind: 'REALARM', at: 20 * HOUR });
  expect(alarmTags(told, 24 * HOUR)).toEqual([]);
  expect(alarmTags(told, 24 * HOUR + 1)).toEqual(['STALE']);
  expect(alarmTags(run(told, off(25 * HOUR)), 30 * HOUR)).toEqual([]);
});
