import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALARM_BASE_STATES, type Alarm, alarmBaseState, alarmStateOf, axesOf } from './alarm';
import { ALARM_CATALOGUE, ALARM_RULE_CODES } from './alarmCatalogue';
import {
  ALARM_EVENTS,
  ALARM_TABLE,
  type AlarmEvent,
  alarmStep,
  moreUrgent,
  OVERLAY_EVENTS,
  raiseAlarm,
} from './alarmMachine';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 150;
const HOUR = 3_600_000;
const rule = { ruleCode: 'OVERLOAD', priority: 'P2' as const, latching: false };
const latchingRule = { ruleCode: 'RELAY_WELD_OR_BYPASS', priority: 'P1' as const, latching: true };
const raised = raiseAlarm(rule, 'point:1', 1_000).alarm;
const latched = raiseAlarm(latchingRule, 'point:1', 1_000).alarm;

const run = (alarm: Alarm, ...events: AlarmEvent[]): Alarm =>
  events.reduce((current, event) => alarmStep(current, event).alarm, alarm);
const ack: AlarmEvent = { kind: 'ACKNOWLEDGE', at: 2_000 };
const back: AlarmEvent = { kind: 'RETURN', at: 3_000 };
const again: AlarmEvent = { kind: 'RAISE', at: 4_000 };
const reset: AlarmEvent = { kind: 'RESET', at: 5_000, note: 'inspected' };

it('every base state answers every event as specified', () => {
  const expected: Record<string, string[]> = {
    NORMAL: ['REFUSED', 'SAME', 'REFUSED', 'REFUSED', 'SAME'],
    UNACK: ['SAME', 'RETURN_UNACK', 'ACKED', 'REFUSED', 'SAME'],
    ACKED: ['SAME', 'RETURN_ACK', 'SAME', 'REFUSED', 'UNACK'],
    RTN_UNACK: ['UNACK', 'SAME', 'NORMAL', 'REFUSED', 'SAME'],
    LATCHED_UNACK: ['UNACK', 'SAME', 'LATCHED_ACK', 'REFUSED', 'SAME'],
    LATCHED_ACK: ['ACKED', 'SAME', 'SAME', 'NORMAL', 'SAME'],
  };
  for (const state of ALARM_BASE_STATES)
    expect([state, ALARM_EVENTS.map((event) => ALARM_TABLE[state][event])]).toEqual([state, expected[state]]);
});

it('the state derived from the axes is the state that was stored in them', () => {
  for (const state of ALARM_BASE_STATES)
    for (const latching of [false, true]) expect(alarmBaseState(axesOf(state, latching))).toBe(state);
});

describe('the life of an alarm', () => {
  it('stays after its return until it is acknowledged', () => {
    expect(alarmStateOf(run(raised, back))).toBe('RTN_UNACK');
    expect(alarmStateOf(run(raised, back, ack))).toBe('NORMAL');
    expect(alarmStateOf(run(raised, ack, back))).toBe('NORMAL');
  });
  it('comes back unacknowledged when it returns before it was acknowledged', () => {
    const alarm = run(raised, back, again);
    expect(alarmStateOf(alarm)).toBe('UNACK');
    expect(alarm).toMatchObject({ count: 2, activeSince: 4_000, returnedAt: null, raisedAt: 1_000 });
  });
  it('latches until a person resets it after acknowledging, with a note', () => {
    expect(alarmStateOf(run(latched, back))).toBe('LATCHED_UNACK');
    expect(alarmStep(run(latched, back), reset).outcome).toBe('REFUSED');
    expect(alarmStep(run(latched, ack), reset).outcome).toBe('REFUSED');
    expect(alarmStateOf(run(latched, back, ack))).toBe('LATCHED_ACK');
    expect(alarmStateOf(run(latched, back, ack, again))).toBe('ACKED');
    expect(alarmStateOf(run(latched, back, again))).toBe('UNACK');
    expect(alarmStep(run(latched, ack, back), reset)).toMatchObject({ outcome: 'MOVED', effects: ['CLOSE'] });
    expect(() => alarmStep(run(latched, back, ack), { ...reset, note: ' ' })).toThrow(/note/);
  });
  it('takes nothing once its episode is over: the next one is a new row', () => {
    const over = run(raised, ack, back);
    expect(alarmStep(over, again).outcome).toBe('REFUSED');
    expect(alarmStep(over, { kind: 'SHELVE', at: 9, until: 10 }).outcome).toBe('REFUSED');
  });
  it('counts further hits without a new announcement', () => {
    expect(alarmStep(raised, again)).toMatchObject({
      outcome: 'SAME',
      alarm: { count: 2, lastAt: 4_000 },
      effects: [],
    });
  });
  it('acknowledged without action, it announces itself again', () => {
    const step = alarmStep(run(raised, ack), { kind: 'REALARM', at: 9_000 });
    expect(step).toMatchObject({
      effects: ['ANNOUNCE'],
      alarm: { count: 2, acknowledged: false, activeSince: 9_000 },
    });
  });
  it('tells of its return for P1 and P2 only', () => {
    expect(alarmStep(raised, back).effects).toContain('NOTIFY_RETURN');
    expect(alarmStep(raiseAlarm({ ...rule, priority: 'P3' }, 'x', 1).alarm, back).effects).toEqual([]);
  });
});

describe('overlays', () => {
  const shelve: AlarmEvent = { kind: 'SHELVE', at: 2_000, until: 2_000 + HOUR };
  const suppress: AlarmEvent = { kind: 'SUPPRESS', at: 2_000, by: 'gateway:G1' };
  const ticket: AlarmEvent = { kind: 'TAKE_OUT_OF_SERVICE', at: 2_000, ticket: 'T1' };

  it('are shown in the order out of service, suppressed, shelved', () => {
    const all = run(raised, shelve, suppress, ticket);
    expect(alarmStateOf(all)).toBe('OUT_OF_SERVICE');
    const inService = run(all, { kind: 'RETURN_TO_SERVICE', at: 3_000 });
    expect(alarmStateOf(inService)).toBe('SUPPRESSED_BY_DESIGN');
    expect(alarmStateOf(run(inService, { kind: 'UNSUPPRESS', at: 3_000 }))).toBe('SHELVED');
  });
  it('hide but do not stop the evaluation, and the last to go shows the truth', () => {
    const hidden = run(raised, suppress, back);
    expect(alarmStateOf(hidden)).toBe('SUPPRESSED_BY_DESIGN');
    expect(alarmStateOf(run(hidden, { kind: 'UNSUPPRESS', at: 5_000 }))).toBe('RTN_UNACK');
    expect(alarmStep(hidden, again)).toMatchObject({ effects: [] });
    const step = alarmStep(run(hidden, again), { kind: 'UNSUPPRESS', at: 5_000 });
    expect(step.effects).toEqual(['ANNOUNCE']);
  });
  it('shelving ends by itself, and an active alarm is announced again even if it was acknowledged', () => {
    const shelved = run(raised, ack, shelve);
    expect(alarmStep(shelved, { kind: 'SHELVE_EXPIRED', at: 2_000 + HOUR - 1 }).outcome).toBe('SAME');
    const step = alarmStep(shelved, { kind: 'SHELVE_EXPIRED', at: 2_000 + HOUR });
    expect(step.effects).toEqual(['ANNOUNCE']);
    expect(alarmStateOf(step.alarm)).toBe('UNACK');
    expect(alarmStateOf(run(shelved, { kind: 'UNSHELVE', at: 3_000 }))).toBe('ACKED');
  });
  it('shelving is limited to 8 h, for P1 to 15 min', () => {
    const until = (ms: number): AlarmEvent => ({ kind: 'SHELVE', at: 0, until: ms });
    expect(alarmStep(raised, until(8 * HOUR)).outcome).toBe('MOVED');
    expect(() => alarmStep(raised, until(8 * HOUR + 1))).toThrow(/limit/);
    expect(alarmStep(latched, until(900_000)).outcome).toBe('MOVED');
    expect(() => alarmStep(latched, until(900_001))).toThrow(/limit/);
    expect(() => alarmStep(raised, until(0))).toThrow(/limit/);
  });
  it('what came and went under an overlay ends by itself; what is still there when it goes is announced', () => {
    const unseen = raiseAlarm(rule, 'x', 1, { suppressedBy: 'gateway:G1' }).alarm;
    expect(alarmStep(unseen, back)).toMatchObject({ outcome: 'MOVED', effects: ['CLOSE'] });
    const step = alarmStep(unseen, { kind: 'UNSUPPRESS', at: 2_000 });
    expect(step).toMatchObject({ effects: ['ANNOUNCE'], alarm: { announcedAt: 2_000 } });
    expect(alarmStateOf(run(step.alarm, back))).toBe('RTN_UNACK');
  });
  it('out of service needs a ticket, outlasts the episode and is taken off it as well', () => {
    expect(() => alarmStep(raised, { ...ticket, ticket: ' ' })).toThrow(/ticket/);
    const over = run(raised, ticket, ack, back);
    expect(alarmBaseState(over)).toBe('NORMAL');
    expect(alarmStep(over, ticket).outcome).toBe('REFUSED');
    const next = raiseAlarm(rule, 'point:1', 5_000, { outOfServiceTicket: over.outOfServiceTicket });
    expect(next).toMatchObject({ alarm: { outOfServiceTicket: 'T1', announcedAt: null }, effects: [] });
    const back2 = { kind: 'RETURN_TO_SERVICE', at: 6_000 } as const;
    expect(alarmStep(over, back2)).toMatchObject({ outcome: 'MOVED', effects: [] });
    expect(alarmStep(next.alarm, back2)).toMatchObject({ effects: ['ANNOUNCE'] });
  });
  it('nothing suppresses a P1', () => {
    expect(alarmStep(latched, suppress).outcome).toBe('REFUSED');
    expect(raiseAlarm(latchingRule, 'x', 1, { suppressedBy: 'gateway:G1' })).toMatchObject({
      alarm: { suppressedBy: null },
      effects: ['ANNOUNCE'],
    });
    expect(raiseAlarm(rule, 'x', 1, { suppressedBy: 'gateway:G1' })).toMatchObject({ effects: [] });
  });
});

describe('random histories', () => {
  const event: fc.Arbitrary<AlarmEvent> = fc.oneof(
    ...(
      [
        'RAISE',
        'RETURN',
        'RETURN_DUE',
        'ACKNOWLEDGE',
        'REALARM',
        'UNSHELVE',
        'SHELVE_EXPIRED',
        'UNSUPPRESS',
        'RETURN_TO_SERVICE',
      ] as const
    ).map((kind) => fc.nat(1e6).map((at): AlarmEvent => ({ kind, at }))),
    fc.constant(reset),
    fc.nat(1e6).map((at): AlarmEvent => ({ kind: 'SHELVE', at, until: at + 60_000 })),
    fc.nat(1e6).map((at): AlarmEvent => ({ kind: 'SUPPRESS', at, by: 'gateway:G1' })),
    fc.nat(1e6).map((at): AlarmEvent => ({ kind: 'TAKE_OUT_OF_SERVICE', at, ticket: 'T1' })),
  );

  /** Plain model: three truths, kept apart from the table. */
  interface Model {
    active: boolean;
    seen: boolean;
    held: boolean;
    over: boolean;
  }
  const modelStep = (model: Model, { kind }: AlarmEvent, latching: boolean): Model => {
    if (model.over) return model;
    const next = { ...model };
    if (kind === 'RAISE' && !model.active) {
      next.active = true;
      next.held = latching;
      if (!(latching && model.seen)) next.seen = false;
    }
    if (kind === 'RETURN') next.active = false;
    if (kind === 'ACKNOWLEDGE') next.seen = true;
    if (kind === 'REALARM' && model.active) next.seen = false;
    if (kind === 'RESET' && !model.active && model.seen) next.held = false;
    next.over = !next.active && next.seen && !next.held;
    return next;
  };

  it('table and plain model agree, and no history leaves an alarm both over and unseen', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.boolean(), (history, latching) => {
        let { alarm } = raiseAlarm({ ...rule, latching }, 'point:1', 0);
        let model: Model = { active: true, seen: false, held: latching, over: false };
        for (const one of history) {
          // An expiry is its own re-evaluation; the model leaves overlays out.
          if (one.kind === 'SHELVE_EXPIRED') continue;
          // An off-delay that chattering added makes of one return two steps; the model knows the second.
          const late = alarm.offDelayMs > 0 && alarm.condition === 'ACTIVE';
          const due = one.kind === 'RETURN_DUE' && alarm.returnDue !== null && one.at >= alarm.returnDue;
          alarm = alarmStep(alarm, one).alarm;
          if (due) model = modelStep(model, { ...one, kind: 'RETURN' }, latching);
          else if (!(late && one.kind === 'RETURN')) model = modelStep(model, one, latching);
          expect(alarm.condition === 'ACTIVE').toBe(model.active);
          expect(alarm.acknowledged).toBe(model.seen);
          expect(alarm.latched).toBe(model.held);
          expect(alarmBaseState(alarm) === 'NORMAL').toBe(model.over);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('every state under every overlay answers every event, and a refused one leaves it as it was', () => {
    const start = fc.record({
      state: fc.constantFrom(...ALARM_BASE_STATES),
      latching: fc.boolean(),
      shelvedUntil: fc.option(fc.nat(1e6), { nil: null }),
      suppressedBy: fc.constantFrom(null, 'gateway:G1'),
      outOfServiceTicket: fc.constantFrom(null, 'T1'),
      offDelayMs: fc.constantFrom(0, 60_000),
      announcedAt: fc.constantFrom(null, 1),
    });
    fc.assert(
      fc.property(start, event, ({ state, ...rest }, one) => {
        const before: Alarm = { ...raised, ...rest, ...axesOf(state, rest.latching) };
        const { outcome, alarm, effects } = alarmStep(before, one);
        if (outcome === 'REFUSED') expect([alarm, effects]).toEqual([before, []]);
        if (outcome === 'SAME') expect(alarmBaseState(alarm)).toBe(alarmBaseState(before));
        if (effects.includes('CLOSE')) expect(alarmBaseState(alarm)).toBe('NORMAL');
        // A closed episode never opens again: the next condition is a new row.
        if (alarmBaseState(before) === 'NORMAL') expect(alarmBaseState(alarm)).toBe('NORMAL');
        // Overlays are taken off by their own events alone.
        if (![...OVERLAY_EVENTS].some((kind) => kind === one.kind))
          expect([alarm.shelvedUntil, alarm.suppressedBy, alarm.outOfServiceTicket]).toEqual([
            before.shelvedUntil,
            before.suppressedBy,
            before.outOfServiceTicket,
          ]);
      }),
      { numRuns: RUNS * 4 },
    );
  });

  it('only an uncovered, unacknowledged alarm is ever announced', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.boolean(), (history, latching) => {
        let { alarm } = raiseAlarm({ ...rule, latching }, 'point:1', 0);
        for (const one of history) {
          const step = alarmStep(alarm, one);
          alarm = step.alarm;
          if (step.effects.includes('ANNOUNCE')) expect(alarmStateOf(alarm)).toBe('UNACK');
          if (step.effects.includes('CLOSE')) expect(alarmStateOf(alarm)).toBe('NORMAL');
        }
      }),
      { numRuns: RUNS },
    );
  });
});

it('every rule says cause, consequence and response, and how soon to act', () => {
  for (const code of ALARM_RULE_CODES) {
    const entry = ALARM_CATALOGUE[code];
    expect(entry.code).toBe(code);
    expect(entry.actWithinMs).toBeGreaterThan(0);
    for (const key of [entry.titleKey, entry.causeKey, entry.consequenceKey, entry.responseKey])
      expect(key).toContain(`alarms.rules.${code}.`);
  }
  const priorities = ALARM_RULE_CODES.map((code) => `${code} ${ALARM_CATALOGUE[code].priority}`);
  expect(priorities).toEqual([
    'OVERLOAD P2',
    'FEEDER_OVERLOAD P1',
    'FEEDER_80 P3',
    'FEEDER_OUTAGE P2',
    'FEEDER_VOLTAGE P3',
    'METER_OFFLINE P3',
    'GATEWAY_OFFLINE P2',
    'CUT_NOT_PROVEN P2',
    'RESTORE_FAILED P2',
    'RESTORE_HELD P2',
    'SUPPLY_UNEXPLAINED P3',
    'LIFE_SAFETY_DARK P1',
    'REGISTER_RESET P3',
    'RELAY_WELD_OR_BYPASS P1',
    'CLOCK_DRIFT P4',
    'DEVICE_CHECK_FAILED P4',
    'GAS_LEAK P1',
    'GAS_DETECTOR_FAULT P2',
    'LEAKAGE P2',
    'OVER_TEMPERATURE P1',
    'TAMPER P2',
    'NEUTRAL_CURRENT P2',
    'REVERSE_ENERGY P2',
    'FORBIDDEN_LOAD P2',
    'WATER_BURST P1',
    'VOLTAGE_RANGE P3',
    'OVER_CURRENT P2',
    'PHASE_IMBALANCE P3',
    'FROZEN_REGISTER P2',
    'SEQUENCE_GAPS P4',
    'REBOOT_LOOP P3',
    'WATER_LEAK P2',
    'CONSUMPTION_ANOMALY P3',
    'IDLE_WASTE P4',
    'NON_TECHNICAL_LOSS P2',
    'VACANT_USE P4',
    'BALANCE_ANOMALY P1',
    'RULE_FAILED P3',
    'JOB_FAILED P3',
    'LEDGER_INVALID P1',
    'PAYMENT_SUSPENSE P2',
    'PAYMENT_HELD P2',
    'PAYMENT_FORGED P3',
    'PAYMENT_CONFLICT P2',
    'PAYMENT_CHARGEBACK P2',
  ]);
  expect(ALARM_RULE_CODES.filter((code) => ALARM_CATALOGUE[code].latching)).toEqual([
    'RELAY_WELD_OR_BYPASS',
    'GAS_LEAK',
    'LEAKAGE',
    'OVER_TEMPERATURE',
    'TAMPER',
  ]);
});

describe('an alarm that becomes more urgent', () => {
  const range = raiseAlarm(
    { ruleCode: 'VOLTAGE_RANGE', priority: 'P3', latching: false },
    'point:1',
    1_000,
  ).alarm;
  const covers: Record<string, AlarmEvent> = {
    shelf: { kind: 'SHELVE', at: 2_000, until: 8 * HOUR },
    suppression: { kind: 'SUPPRESS', at: 2_000, by: 'FEEDER_VOLTAGE:9' },
    ticket: { kind: 'TAKE_OUT_OF_SERVICE', at: 2_000, ticket: 'T-1' },
  };

  it('is told anew, though somebody acknowledged the less urgent one, and its ladder begins again', () => {
    const step = moreUrgent(run(range, ack), 'P1', 9_000);
    expect(step).toMatchObject({ outcome: 'MOVED', effects: ['ANNOUNCE'] });
    expect(alarmStateOf(step.alarm)).toBe('UNACK');
    expect(step.alarm).toMatchObject({
      priority: 'P1',
      activeSince: 9_000,
      announcedAt: 9_000,
      raisedAt: 1_000,
    });
  });

  it.each(Object.entries(covers))('is a P1 under no %s that one person laid on less', (_, cover) => {
    const covered = run(range, cover);
    expect(alarmStateOf(covered)).not.toBe('UNACK');
    const step = moreUrgent(covered, 'P1', 9_000);
    expect(alarmStateOf(step.alarm)).toBe('UNACK');
    expect(step.effects).toEqual(['ANNOUNCE']);
    // A P2 may be covered by one person, so it stays where it was laid.
    const less = moreUrgent(covered, 'P2', 9_000);
    expect(alarmStateOf(less.alarm)).toBe(alarmStateOf(covered));
    expect(less).toMatchObject({ effects: [], alarm: { priority: 'P2', acknowledged: false } });
  });

  it('says nothing again at the same or a lower priority, nor once it is over', () => {
    for (const priority of ['P3', 'P4'] as const)
      expect(moreUrgent(range, priority, 9_000)).toMatchObject({
        outcome: 'SAME',
        alarm: range,
        effects: [],
      });
    expect(moreUrgent(run(range, back), 'P1', 9_000)).toMatchObject({ outcome: 'SAME', effects: [] });
  });
});
