import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type {
  LiveAlarm,
  LiveCommand,
  LiveDelta,
  LiveRoom,
  LiveSnapshot,
  MeterRow,
} from '../../contracts/liveEvents';
import { LiveStore } from './liveStore';
import { liveAlarm } from './testing';

const ROOM: LiveRoom = 'building:D7';

const row = (meter: string, ts: number, powerW: number): MeterRow => [
  meter,
  ts,
  ts + 5,
  powerW,
  1,
  null,
  null,
  null,
];

const snapshot = (change: Partial<LiveSnapshot>): LiveSnapshot => ({
  bootId: 'a',
  room: ROOM,
  seq: 0,
  asOf: 0,
  rows: [],
  buildings: [],
  campus: null,
  balances: [],
  alarms: [],
  alarmSummary: null,
  commands: [],
  ...change,
});

const delta = (seq: number, rows: MeterRow[], change: Partial<LiveDelta> = {}): LiveDelta => ({
  bootId: 'a',
  room: ROOM,
  seq,
  asOf: 0,
  rows,
  buildings: [],
  campus: null,
  ...change,
});

const alarm = (id: string, change: Partial<LiveAlarm> = {}): LiveAlarm =>
  liveAlarm({ id, raisedAt: 1, changedAt: 1, ...change });

const command = (id: string, change: Partial<LiveCommand> = {}): LiveCommand => ({
  id,
  point: 'P1',
  space: null,
  building: null,
  action: 'DISCONNECT',
  state: 'QUEUED',
  reason: 'MANUAL',
  cause: null,
  requestedBy: null,
  approvedBy: null,
  trip: null,
  why: null,
  createdAt: 1,
  changedAt: 1,
  notBefore: null,
  expiresAt: 2,
  proofBy: null,
  steps: [],
  ...change,
});

let asked: LiveRoom[];
let store: LiveStore;

beforeEach(() => {
  asked = [];
  store = new LiveStore((room) => asked.push(room));
  store.follow(ROOM);
});

describe('order and loss', () => {
  test('a room waits until its snapshot comes, then takes the deltas that follow it', () => {
    expect(store.waitingRooms()).toEqual([ROOM]);
    store.snapshot(snapshot({ seq: 7, rows: [row('E-1', 10, 100)] }));
    expect(store.waitingRooms()).toEqual([]);
    store.delta(delta(8, [row('E-1', 20, 200)]));
    expect(store.meter('E-1')?.[3]).toBe(200);
    expect(asked).toEqual([]);
  });

  test('a gap asks for one snapshot, and what came is kept', () => {
    store.snapshot(snapshot({ seq: 1 }));
    store.delta(delta(3, [row('E-1', 10, 100)]));
    store.delta(delta(5, [row('E-1', 20, 200)]));
    expect(asked).toEqual([ROOM]);
    expect(store.meter('E-1')?.[3]).toBe(200);
    store.snapshot(snapshot({ seq: 5 }));
    store.delta(delta(7, []));
    expect(asked).toEqual([ROOM, ROOM]);
  });

  test('a repeat changes nothing', () => {
    store.snapshot(snapshot({ seq: 4, rows: [row('E-1', 10, 100)] }));
    store.delta(delta(4, [row('E-1', 11, 999)]));
    expect(store.meter('E-1')?.[3]).toBe(100);
  });

  test('another server start begins again and asks for a snapshot', () => {
    store.snapshot(snapshot({ seq: 40 }));
    store.delta(delta(1, [row('E-1', 10, 100)], { bootId: 'b' }));
    expect(asked).toEqual([ROOM]);
    store.snapshot(snapshot({ bootId: 'b', seq: 2 }));
    store.delta(delta(3, [row('E-1', 20, 200)], { bootId: 'b' }));
    expect(store.meter('E-1')?.[3]).toBe(200);
    expect(asked).toEqual([ROOM]);
  });

  test('a heartbeat shows a loss in a room that is quiet since', () => {
    store.snapshot(snapshot({ seq: 4 }));
    store.heartbeat({ bootId: 'a', serverTime: 1, dataAsOf: null, rooms: { [ROOM]: 4 } });
    expect(asked).toEqual([]);
    store.heartbeat({ bootId: 'a', serverTime: 1, dataAsOf: null, rooms: { [ROOM]: 5 } });
    expect(asked).toEqual([ROOM]);
  });

  test('rooms that are not followed are ignored', () => {
    store.delta(delta(1, [row('E-1', 10, 100)], { room: 'building:D8' }));
    expect(store.meter('E-1')).toBeNull();
    expect(asked).toEqual([]);
  });

  test('in whatever order rows arrive, each meter ends at its newest', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.nat(50))), (arrivals) => {
        const fresh = new LiveStore();
        fresh.follow(ROOM);
        fresh.snapshot(snapshot({}));
        arrivals.forEach(([meter, ts], index) => {
          fresh.delta(delta(index + 1, [row(meter, ts, ts)]));
        });
        for (const meter of ['A', 'B', 'C']) {
          const times = arrivals.filter(([name]) => name === meter).map(([, ts]) => ts);
          expect(fresh.meter(meter)?.[1] ?? null).toBe(times.length ? Math.max(...times) : null);
        }
      }),
    );
  });
});

describe('alarms and commands', () => {
  const event = (seq: number, value: LiveAlarm) => ({
    bootId: 'a',
    room: ROOM,
    seq,
    alarm: value,
    summary: null,
  });

  test('unacknowledged come first, then the worse priority, hazards before money, then the newer', () => {
    store.snapshot(
      snapshot({
        alarms: [
          alarm('old2', { raisedAt: 1 }),
          alarm('new2', { raisedAt: 2 }),
          alarm('acked1', { priority: 1, state: 'ACKED' }),
          alarm('money1', { priority: 1, rule: 'BALANCE_ANOMALY', raisedAt: 3 }),
          alarm('one', { priority: 1 }),
        ],
      }),
    );
    expect(store.alarms().map(({ id }) => id)).toEqual(['one', 'money1', 'new2', 'old2', 'acked1']);
  });

  test('a flood begins above 10 announcements in 10 min and lasts until there are fewer than 5', () => {
    let asOf = 0;
    const told = (announcedLast10Min: number) => {
      asOf += 1;
      const none: [number, number, number, number] = [0, 0, 0, 0];
      const alarmSummary = {
        ...{ asOf, active: none, unacknowledged: none, shelved: 0 },
        ...{ announcedLast10Min, flood: announcedLast10Min > 10 },
      };
      store.snapshot(snapshot({ seq: asOf, alarmSummary }));
      return store.flood();
    };
    expect([10, 11, 7, 5, 4, 7, 10].map(told)).toEqual([false, true, true, true, false, false, false]);
  });

  test('an alarm back to normal leaves the list, and an older word does not bring it back', () => {
    store.snapshot(snapshot({ alarms: [alarm('a')] }));
    store.alarmEvent(event(1, alarm('a', { state: 'NORMAL', changedAt: 10 })));
    store.alarmEvent(event(2, alarm('a', { state: 'ACKED', changedAt: 5 })));
    expect(store.alarms()).toEqual([]);
  });

  test('a snapshot is complete: an alarm that it does not name is gone', () => {
    store.snapshot(snapshot({ alarms: [alarm('a'), alarm('b')] }));
    store.snapshot(snapshot({ seq: 1, alarms: [alarm('b')] }));
    expect(store.alarms().map(({ id }) => id)).toEqual(['b']);
  });

  test('the newest command of a point is the one that counts', () => {
    store.snapshot(
      snapshot({ commands: [command('c1', { createdAt: 1 }), command('c2', { createdAt: 2 })] }),
    );
    store.commandEvent({
      bootId: 'a',
      room: ROOM,
      seq: 1,
      command: command('c2', { createdAt: 2, changedAt: 9, state: 'SENT' }),
    });
    expect(store.pointCommand('P1')).toMatchObject({ id: 'c2', state: 'SENT' });
    expect(store.commands().map(({ id }) => id)).toEqual(['c2', 'c1']);
  });

  test('what changed while away can be counted', () => {
    store.snapshot(
      snapshot({
        alarms: [alarm('a', { changedAt: 5 }), alarm('b', { changedAt: 50 })],
        commands: [command('c', { changedAt: 60 })],
      }),
    );
    expect(store.changedSince(10)).toBe(2);
  });
});

describe('listeners', () => {
  test('only those of a changed topic are called, once an event, and lists keep their identity otherwise', () => {
    const [first, second, list] = [vi.fn(), vi.fn(), vi.fn()];
    store.subscribe('meter:E-1', first);
    store.subscribe('meter:E-2', second);
    store.subscribe('alarms', list);
    store.snapshot(snapshot({}));
    list.mockClear();
    const before = store.alarms();
    store.delta(delta(1, [row('E-1', 10, 100), row('E-1', 11, 100)]));
    expect(first).toHaveBeenCalledTimes(1);
    expect(second).not.toHaveBeenCalled();
    expect(list).not.toHaveBeenCalled();
    expect(store.alarms()).toBe(before);
  });

  test('a listener that left is not called', () => {
    const listener = vi.fn();
    store.subscribe('meter:E-1', listener)();
    store.snapshot(snapshot({ rows: [row('E-1', 1, 1)] }));
    expect(listener).not.toHaveBeenCalled();
  });
});
