import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alarm, AlarmPriority } from './alarm';
import { alarmStep, raiseAlarm } from './alarmMachine';
import { nextEscalation } from './escalation';
import { announcedLately, type FloodAlarm, floodAt, groupForFlood, isFlood } from './flood';

const MINUTE = 60_000;
const raised = (priority: AlarmPriority): Alarm =>
  raiseAlarm({ ruleCode: 'OVERLOAD', priority, latching: false }, 'x', 1_000).alarm;
const ladder = (priority: AlarmPriority) =>
  [0, 1, 2, 3].flatMap((level) => {
    const due = nextEscalation(raised(priority), level, null, null);
    return due?.kind === 'ESCALATE' ? [[(due.at - 1_000) / MINUTE, due.step.target, due.step.channels]] : [];
  });

describe('an unacknowledged alarm', () => {
  it('climbs the ladder of its priority', () => {
    expect(ladder('P1')).toEqual([
      [1, 'NEXT_ON_DUTY', 2],
      [5, 'SHIFT_LEAD', 2],
      [15, 'DUTY_MANAGER', 2],
    ]);
    expect(ladder('P2')).toEqual([
      [15, 'SHIFT_LEAD', 1],
      [60, 'DUTY_MANAGER', 1],
    ]);
    expect(ladder('P3')).toEqual([[480, 'SHIFT_LEAD', 1]]);
    expect(ladder('P4')).toEqual([]);
  });
  it('is counted from the deciding reading, also where it took a while to tell', () => {
    const slow = { ...raised('P1'), activeSince: 1_000, announcedAt: 31_000 };
    expect(nextEscalation(slow, 0, null, null)?.at).toBe(61_000);
    expect(nextEscalation(slow, 2, null, null)?.at).toBe(1_000 + 15 * MINUTE);
  });
  it('is counted from when people were told of it, where the first step was due by then', () => {
    const late = { ...raised('P2'), announcedAt: 8 * 60 * MINUTE };
    expect(nextEscalation(late, 0, null, null)?.at).toBe(8 * 60 * MINUTE + 15 * MINUTE);
    expect(nextEscalation(late, 1, null, null)?.at).toBe(9 * 60 * MINUTE);
  });
  it('stops climbing when it is acknowledged or covered', () => {
    const acked = alarmStep(raised('P1'), { kind: 'ACKNOWLEDGE', at: 2_000 }).alarm;
    expect(nextEscalation(acked, 0, null, null)).toBeNull();
    const shelved = alarmStep(raised('P1'), { kind: 'SHELVE', at: 2_000, until: 3_000 }).alarm;
    expect(nextEscalation(shelved, 0, 600_000, null)).toBeNull();
  });
});

it('acknowledged without action it sounds again after 10 min; an action ends that', () => {
  const acked = alarmStep(raised('P1'), { kind: 'ACKNOWLEDGE', at: 2_000 }).alarm;
  expect(nextEscalation(acked, 1, 10 * MINUTE, null)).toEqual({ kind: 'REALARM', at: 2_000 + 10 * MINUTE });
  expect(nextEscalation(acked, 1, 10 * MINUTE, 1_999)).not.toBeNull();
  expect(nextEscalation(acked, 1, 10 * MINUTE, 2_000)).toBeNull();
});

describe('flood view', () => {
  const alarm = (id: number, change: Partial<FloodAlarm> = {}): FloodAlarm => ({
    id: String(id),
    priority: 'P2',
    announcedAt: id,
    gateway: null,
    feeder: null,
    building: null,
    ruleCode: 'OVERLOAD',
    ...change,
  });
  it('opens above 10 announcements in 10 min and closes below 5', () => {
    expect(isFlood(false, 10)).toBe(false);
    expect(isFlood(false, 11)).toBe(true);
    expect(isFlood(true, 5)).toBe(true);
    expect(isFlood(true, 4)).toBe(false);
    expect(announcedLately([0, 1, 600_000, 600_001], 600_000)).toBe(2);
  });
  it('whoever comes between 5 and 10 is told whether there was one before', () => {
    const at = (from: number, n: number) => Array.from({ length: n }, (_, index) => from + index);
    expect(floodAt(at(0, 10), MINUTE)).toBe(false);
    expect(floodAt(at(0, 11), MINUTE)).toBe(true);
    // Seven since; the eleven are older than ten minutes.
    const later = [...at(0, 11), ...at(5 * MINUTE, 7)];
    expect(floodAt(later, 12 * MINUTE)).toBe(true);
    expect(floodAt(at(5 * MINUTE, 7), 12 * MINUTE)).toBe(false);
    expect(floodAt(later, 16 * MINUTE)).toBe(false);
    // Fewer than five in between ended it.
    expect(floodAt([...at(0, 11), ...at(20 * MINUTE, 7)], 21 * MINUTE)).toBe(false);
    expect(floodAt([], MINUTE)).toBe(false);
  });
  it('groups by gateway before feeder, building and rule, and names the first out', () => {
    const list = [1, 2, 3, 4, 5].map((id) => alarm(id, { gateway: 'G1', building: 'B1' }));
    const more = [6, 7, 8, 9, 10].map((id) => alarm(id, { building: 'B1' }));
    const { groups, single } = groupForFlood([...more, ...list, alarm(11, { ruleCode: 'CLOCK_DRIFT' })]);
    expect(
      groups.map(({ cause, value, members, firstOut }) => [cause, value, members.length, firstOut.id]),
    ).toEqual([
      ['gateway', 'G1', 5, '1'],
      ['building', 'B1', 5, '6'],
    ]);
    expect(single.map(({ id }) => id)).toEqual(['11']);
  });
  it('counts P3 and P4 without a common cause, and leaves a P2 its row', () => {
    const { groups, counted, single } = groupForFlood([
      alarm(1, { priority: 'P3', ruleCode: 'CLOCK_DRIFT' }),
      alarm(2, { priority: 'P4', ruleCode: 'REBOOT_LOOP' }),
      alarm(3),
      alarm(4, { priority: 'P1', ruleCode: 'FEEDER_OVERLOAD' }),
    ]);
    expect(groups).toEqual([]);
    expect(counted.map(({ id }) => id)).toEqual(['1', '2']);
    expect(single.map(({ id }) => id)).toEqual(['3', '4']);
  });
  it('never folds a P1 and never loses or repeats an alarm', () => {
    const one = fc.record({
      priority: fc.constantFrom<AlarmPriority>('P1', 'P2', 'P3', 'P4'),
      gateway: fc.constantFrom(null, 'G1', 'G2'),
      feeder: fc.constantFrom(null, 'F1'),
      building: fc.constantFrom(null, 'B1', 'B2'),
      ruleCode: fc.constantFrom('OVERLOAD', 'METER_OFFLINE'),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), (changes) => {
        const alarms = changes.map((change, id) => alarm(id, change));
        const { groups, counted, single } = groupForFlood(alarms);
        const folded = [...groups.flatMap(({ members }) => members), ...counted];
        expect([...folded, ...single].map(({ id }) => id).sort()).toEqual(alarms.map(({ id }) => id).sort());
        expect(folded.every(({ priority }) => priority !== 'P1')).toBe(true);
        expect(groups.every(({ members }) => members.length >= 5)).toBe(true);
      }),
    );
  });
});
