import { HEARTBEAT_MISSING_MS } from '../../contracts/heartbeat';
import type { LiveRoom, LiveSnapshot } from '../../contracts/liveEvents';
import type { ConnectionState } from '../ui/ConnState';
import { createNowSource, type NowSource } from '../ui/now';
import { backoffMs, connectionStateOf } from './connection';
import type { LiveSocket } from './liveSocket';
import { LiveStore } from './liveStore';

/** What a page knows of its connection. */
export interface ConnectionView {
  state: ConnectionState;
  dataAsOf: number | null;
  /** Offline: as of when the page stands, by its newest datum, else by the last word of the server. Else null. */
  offlineAsOf: number | null;
  /** Changes that came with the snapshot after a reconnect; 0 when there was none or it was dismissed. */
  changesWhileAway: number;
  /** True once the server runs another build than the one this page came from. */
  newBuild: boolean;
  /** Rooms that the server refused to this session. */
  refused: readonly LiveRoom[];
}

const FIRST_VIEW: ConnectionView = {
  state: 'reconnecting',
  dataAsOf: null,
  offlineAsOf: null,
  changesWhileAway: 0,
  newBuild: false,
  refused: [],
};

const POLL_MS = 15_000;

/**
 * Keeps one socket per page alive: own heartbeat watch, own backoff, rooms joined again and snapshots asked for after each
 * connect. Socket.IO's recovery is off, since a silent socket would pass for a live one.
 */
export class LiveClient {
  readonly store = new LiveStore((room) => this.socket?.emit('snapshot', { room }));
  readonly now: NowSource;
  private socket: LiveSocket | null = null;
  private readonly wanted = new Map<LiveRoom, number>();
  private readonly listeners = new Set<() => void>();
  private view: ConnectionView;
  private connected = false;
  private heardAt: number | null = null;
  private startedAt = 0;
  private attempt = 0;
  private offsetMs = 0;
  private buildId: string | null = null;
  private awaySince: number | null = null;
  private polledAt = 0;
  private readonly viewerNow: () => number;
  private readonly random: () => number;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly options: {
      /** Opens a socket that does not reconnect by itself. */
      open: () => LiveSocket;
      /** Server time of the page's render, ms UTC. */
      serverTime: number;
      dataAsOf: number | null;
      fetchSnapshot?: (room: LiveRoom) => Promise<LiveSnapshot | null>;
      /** The viewer's clock and chance; given by tests. */
      viewerNow?: () => number;
      random?: () => number;
    },
  ) {
    this.viewerNow = options.viewerNow ?? Date.now;
    this.random = options.random ?? Math.random;
    // Children ask for the time before `start` runs; a viewer's wrong clock must not show for that moment.
    this.offsetMs = options.serverTime - this.viewerNow();
    this.now = createNowSource(options.serverTime, () => this.offsetMs, this.viewerNow);
    this.view = { ...FIRST_VIEW, state: 'live', dataAsOf: options.dataAsOf };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getView = (): ConnectionView => this.view;

  start(): void {
    this.startedAt = this.viewerNow();
    this.polledAt = this.startedAt;
    this.offsetMs = this.options.serverTime - this.startedAt;
    this.connect();
    this.watch = setInterval(() => this.check(), 1_000);
  }

  stop(): void {
    clearInterval(this.watch);
    clearTimeout(this.retry);
    this.retry = undefined;
    this.tearDown();
  }

  join(room: LiveRoom): () => void {
    const count = this.wanted.get(room) ?? 0;
    this.wanted.set(room, count + 1);
    if (count === 0) {
      this.store.follow(room);
      if (this.connected) this.enter(room);
    }
    return () => {
      const left = (this.wanted.get(room) ?? 1) - 1;
      if (left > 0) {
        this.wanted.set(room, left);
        return;
      }
      this.wanted.delete(room);
      this.store.unfollow(room);
      if (this.connected) this.socket?.emit('leave', { room });
    };
  }

  dismissChanges = (): void => this.show({ changesWhileAway: 0 });

  private connect(): void {
    this.tearDown();
    const socket = this.options.open();
    this.socket = socket;
    socket.on('connect', () => {
      this.connected = true;
      this.heard();
      this.store.reconnected();
      for (const room of this.wanted.keys()) this.enter(room);
    });
    socket.on('disconnect', () => this.lost(socket));
    socket.on('connect_error', () => this.lost(socket));
    socket.on('hello', (event) => {
      if (event === null) return;
      this.heard(event.serverTime);
      this.attempt = 0;
      if (this.buildId !== null && this.buildId !== event.buildId) this.show({ newBuild: true });
      this.buildId ??= event.buildId;
    });
    socket.on('heartbeat', (event) => {
      if (event === null) return;
      this.heard(event.serverTime);
      this.store.heartbeat(event);
      this.check();
    });
    socket.on('snapshot', (event) => {
      if (event === null) return;
      this.heard();
      this.store.snapshot(event);
      this.countChanges();
    });
    socket.on('delta', (event) => {
      this.heard();
      if (event) this.store.delta(event);
    });
    socket.on('alarm', (event) => {
      if (event) this.store.alarmEvent(event);
      this.heard();
    });
    socket.on('command', (event) => {
      if (event) this.store.commandEvent(event);
      this.heard();
    });
    socket.on('balance', (event) => {
      if (event) this.store.balanceEvent(event);
      this.heard();
    });
  }

  private enter(room: LiveRoom): void {
    this.socket?.emit('join', { room }, (answer) => {
      if (answer.ok || this.view.refused.includes(room)) return;
      this.show({ refused: [...this.view.refused, room] });
    });
  }

  private heard(serverTime?: number): void {
    this.heardAt = this.viewerNow();
    if (serverTime !== undefined) this.offsetMs = serverTime - this.heardAt;
  }

  private lost(socket: LiveSocket): void {
    if (socket !== this.socket) return;
    this.connected = false;
    this.awaySince ??= this.now.now();
    this.check();
    this.retryLater();
  }

  private retryLater(): void {
    if (this.retry !== undefined) return;
    this.retry = setTimeout(
      () => {
        this.retry = undefined;
        this.connect();
      },
      backoffMs(this.attempt++, this.random()),
    );
  }

  private tearDown(): void {
    const socket = this.socket;
    this.socket = null;
    this.connected = false;
    socket?.removeAllListeners();
    socket?.disconnect();
  }

  /** Once a second: rebuild a silent socket, poll over HTTP while away, and say truthfully what state we are in. */
  private check(): void {
    const viewerNow = this.viewerNow();
    const silent = this.heardAt !== null && viewerNow - this.heardAt > HEARTBEAT_MISSING_MS;
    if (this.connected && silent) {
      this.awaySince ??= this.now.now();
      this.tearDown();
      this.retryLater();
    }
    const dataAsOf = this.store.dataAsOf() ?? this.options.dataAsOf;
    const dataAgeMs = dataAsOf === null ? null : viewerNow + this.offsetMs - dataAsOf;
    const state = connectionStateOf({
      connected: this.connected,
      heardAt: this.heardAt ?? this.startedAt,
      startedAt: this.startedAt,
      viewerNow,
      dataAgeMs,
    });
    const offlineAsOf =
      state === 'offline' ? (dataAsOf ?? (this.heardAt ?? this.startedAt) + this.offsetMs) : null;
    this.show({ state, dataAsOf, offlineAsOf });
    if (!this.connected && viewerNow - this.polledAt >= POLL_MS) void this.poll(viewerNow);
  }

  private async poll(viewerNow: number): Promise<void> {
    const { fetchSnapshot } = this.options;
    this.polledAt = viewerNow;
    if (!fetchSnapshot) return;
    for (const room of this.wanted.keys()) {
      const snapshot = await fetchSnapshot(room).catch(() => null);
      if (snapshot) this.store.snapshot(snapshot);
    }
  }

  private countChanges(): void {
    if (this.awaySince === null || this.store.waitingRooms().length > 0) return;
    const changes = this.store.changedSince(this.awaySince);
    this.awaySince = null;
    if (changes > 0) this.show({ changesWhileAway: changes });
  }

  private show(change: Partial<ConnectionView>): void {
    const next = { ...this.view, ...change };
    const same = (Object.keys(next) as (keyof ConnectionView)[]).every((key) => next[key] === this.view[key]);
    if (same) return;
    this.view = next;
    for (const listener of this.listeners) listener();
  }
}
