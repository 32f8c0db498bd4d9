import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LiveRoom, LiveSnapshot } from '../../contracts/liveEvents';
import { LiveClient } from './liveClient';
import { parsedSocket, type RawSocket } from './parsedSocket';
import { liveAlarm } from './testing';

const SERVER_AHEAD_MS = 3_600_000;

/** A socket that a test speaks through. */
class FakeSocket implements RawSocket {
  readonly sent: unknown[][] = [];
  closed = false;
  private listeners = new Map<string, (event: unknown) => void>();

  on(event: string, listener: (event: unknown) => void): void {
    this.listeners.set(event, listener);
  }
  emit(...args: unknown[]): void {
    this.sent.push(args);
  }
  removeAllListeners(): void {
    this.listeners.clear();
  }
  disconnect(): void {
    this.closed = true;
  }
  say(event: string, value?: unknown): void {
    this.listeners.get(event)?.(value);
  }
  joined(): unknown[] {
    return this.sent
      .filter(([event]) => event === 'join')
      .map(([, request]) => (request as { room: string }).room);
  }
}

const snapshot = (room: LiveRoom, seq = 0): LiveSnapshot => ({
  bootId: 'boot',
  room,
  seq,
  asOf: 0,
  rows: [],
  buildings: [],
  campus: null,
  balances: [],
  alarms: [],
  alarmSummary: null,
  commands: [],
});

let sockets: FakeSocket[];
let client: LiveClient;
let fetched: LiveRoom[];

const newest = () => sockets.at(-1)!;
const serverNow = () => Date.now() + SERVER_AHEAD_MS;
const heartbeat = (dataAgeMs = 1_000) =>
  newest().say('heartbeat', {
    bootId: 'boot',
    serverTime: serverNow(),
    dataAsOf: serverNow() - dataAgeMs,
    rooms: {},
  });
const hello = (buildId = 'one') =>
  newest().say('hello', { bootId: 'boot', serverTime: serverNow(), campusZone: 'Asia/Shanghai', buildId });

/** The server lives for some seconds: a heartbeat every five. */
function alive(seconds: number): void {
  for (let second = 1; second <= seconds; second++) {
    vi.advanceTimersByTime(1_000);
    if (second % 5 === 0) heartbeat();
  }
}

/** A page that has just been opened and follows the alarms. */
function openPage(): LiveClient {
  const opened = new LiveClient({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return parsedSocket(socket);
    },
    serverTime: serverNow(),
    dataAsOf: serverNow(),
    fetchSnapshot: async (room) => {
      fetched.push(room);
      return null;
    },
    random: () => 1,
  });
  opened.join('alarms');
  opened.start();
  return opened;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  sockets = [];
  fetched = [];
  client = openPage();
  newest().say('connect');
  hello();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

describe('a connection that lives', () => {
  test('joins its rooms and stays live while heartbeats come', () => {
    expect(newest().joined()).toEqual(['alarms']);
    alive(60);
    expect(client.getView().state).toBe('live');
    expect(sockets).toHaveLength(1);
  });

  test('tells the campus time of the server, not of the viewer', () => {
    client.now.subscribe(() => {});
    alive(10);
    expect(Math.abs(client.now.now() - serverNow())).toBeLessThan(1_000);
  });

  test('says lagging when the server is there and data is not', () => {
    vi.advanceTimersByTime(1_000);
    heartbeat(20_000);
    vi.advanceTimersByTime(16_000 - 1_000);
    heartbeat(36_000);
    expect(client.getView().state).toBe('lagging');
  });

  test('notes another build', () => {
    expect(client.getView().newBuild).toBe(false);
    hello('two');
    expect(client.getView().newBuild).toBe(true);
  });

  test('a room used twice is left once', () => {
    const first = client.join('building:D7');
    const second = client.join('building:D7');
    first();
    expect(newest().sent.some(([event]) => event === 'leave')).toBe(false);
    second();
    expect(newest().sent.filter(([event]) => event === 'leave')).toHaveLength(1);
  });

  test('a malformed event is no sign of trouble and changes nothing', () => {
    newest().say('snapshot', { nonsense: true });
    newest().say('delta', 'text');
    expect(client.store.waitingRooms()).toEqual(['alarms']);
  });
});

describe('a connection that dies', () => {
  test('silence of 15 s rebuilds the socket, though nobody said disconnect, and the rooms are joined again', () => {
    alive(10);
    vi.advanceTimersByTime(15_000);
    expect(sockets[0]!.closed).toBe(false);
    vi.advanceTimersByTime(2_000);
    expect(sockets[0]!.closed).toBe(true);
    expect(client.getView().state).toBe('reconnecting');
    vi.advanceTimersByTime(2_000);
    expect(sockets.length).toBeGreaterThan(1);
    newest().say('connect');
    hello();
    expect(newest().joined()).toEqual(['alarms']);
    heartbeat();
    vi.advanceTimersByTime(1_000);
    expect(client.getView().state).toBe('live');
  });

  test('is offline after 60 s and keeps trying, never faster than once a second nor slower than every 20 s', () => {
    newest().say('disconnect');
    const attempts: number[] = [];
    let known = sockets.length;
    for (let second = 0; second < 600; second++) {
      vi.advanceTimersByTime(1_000);
      if (sockets.length > known) {
        expect(sockets.length).toBe(known + 1);
        known = sockets.length;
        attempts.push(second);
        newest().say('connect_error');
      }
      if (second === 20) expect(client.getView().offlineAsOf).toBeNull();
      if (second === 65) {
        expect(client.getView().state).toBe('offline');
        expect(client.getView().offlineAsOf).not.toBeNull();
      }
    }
    const waits = attempts.slice(1).map((at, index) => at - attempts[index]!);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(20);
    expect(attempts.length).toBeGreaterThan(25);
  });

  test('asks over HTTP every 15 s while it is away', async () => {
    newest().say('disconnect');
    for (let second = 0; second < 46; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      if (sockets.length > 1) newest().say('connect_error');
    }
    expect(fetched.length).toBeGreaterThanOrEqual(3);
    expect(fetched.length).toBeLessThanOrEqual(5);
  });

  test('asks over HTTP as well when no socket ever came up', async () => {
    client.stop();
    client = openPage();
    for (let second = 0; second < 31; second++) {
      newest().say('connect_error');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(fetched).toEqual(['alarms', 'alarms']);
  });

  test('counts what changed while away, once the snapshot is there', () => {
    newest().say('snapshot', snapshot('alarms'));
    alive(5);
    newest().say('disconnect');
    vi.advanceTimersByTime(3_000);
    newest().say('connect');
    hello();
    const changedAt = serverNow();
    newest().say('snapshot', {
      ...snapshot('alarms', 9),
      bootId: 'after',
      alarms: [liveAlarm({ raisedAt: changedAt, changedAt })],
    });
    expect(client.getView().changesWhileAway).toBe(1);
    client.dismissChanges();
    expect(client.getView().changesWhileAway).toBe(0);
  });

  test('a page that is closed opens no more sockets', () => {
    newest().say('disconnect');
    client.stop();
    const count = sockets.length;
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(count);
  });
});
