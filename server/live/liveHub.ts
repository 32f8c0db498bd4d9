import { DB_CHANNELS, type DbChannel } from '../../contracts/dbChannels';
import type { LiveRoom, LiveSnapshot } from '../../contracts/liveEvents';
import type { LiveFrame } from '../../contracts/liveFrame';
import type { Database } from '../../db/client';
import { listenDatabase } from '../../db/listenDatabase';
import { listLiveCampuses } from '../../db/queries/liveTopology';
import type { Clock } from '../../domain/time/clock';
import type { EngineLog } from '../../engine/context';
import type { Viewer } from '../auth/session';
import type { LiveCounters } from '../metrics';
import { type Audience, audienceOf } from './audience';
import { CampusFeed } from './campusFeed';
import type { Channels } from './channels';
import { subscribeFrames } from './frameSource';
import type { LiveAccess, LiveHealth } from './liveAccess';
import { lookTogether } from './lookTogether';

const numbersOf = (ids: readonly string[]) => ids.map(Number).filter(Number.isSafeInteger);

const ROOMS_STEP_MS = 500;
const MAPS_STEP_MS = 1_000;
const POLL_MS = 5_000;
const ENERGY_MS = 15_000;
/** Frames are lost without a trace when no other follows: what is stored is read again now and then. */
const VALUES_MS = 30_000;
const COUNTS_MS = 15_000;
/** After a gap in the frames the database is read once, not once per gap. */
const GAP_PAUSE_MS = 1_000;

export interface LiveHubOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly channels: Channels;
  readonly mqttUrl: string;
  readonly clientId: string;
  readonly counters: LiveCounters;
}

/** All campuses of this server: feeds their memories and drives what is sent. */
export class LiveHub implements LiveAccess {
  private readonly feeds = new Map<number, CampusFeed>();
  private readonly stops: (() => void | Promise<void>)[] = [];
  private gapTimer: ReturnType<typeof setTimeout> | undefined;
  private lastFrameMs: number | null = null;
  private brokerConnected: () => boolean = () => false;
  private lastIngestLagMs: number | null = null;
  private readonly lookAtAlarms = this.looking((feed, ids) => feed.readAlarms(numbersOf(ids)));
  private readonly lookAtCommands = this.looking((feed, ids) => feed.readCommands(ids));
  private readonly lookAtAccounts = this.looking((feed, ids) => feed.readAnnounced(numbersOf(ids)));

  constructor(private readonly options: LiveHubOptions) {}

  /** Reads all campuses, then listens. Frames that come during the read are newer than what was read. */
  async start(): Promise<void> {
    const { database, log, mqttUrl, clientId } = this.options;
    await this.loadCampuses();
    const frames = subscribeFrames({
      url: mqttUrl,
      clientId,
      frame: (site, frame) => this.takeFrame(site, frame),
      gap: () => this.readAfterGap(),
      log,
    });
    this.brokerConnected = () => frames.connected;
    const listener = listenDatabase({
      url: database.url,
      channels: [
        DB_CHANNELS.alarmChanged,
        DB_CHANNELS.commandChanged,
        DB_CHANNELS.commandQueued,
        DB_CHANNELS.accountCredited,
        DB_CHANNELS.configChanged,
      ],
      heard: (channel, ids) => this.heard(channel, ids),
      connected: () => this.run('catch up', () => this.catchUp()),
      log,
    });
    this.stops.push(
      () => frames.close(),
      () => listener.close(),
      every(ROOMS_STEP_MS, () => this.eachFeed((feed) => feed.stepRooms())),
      every(MAPS_STEP_MS, () => this.eachFeed((feed) => feed.stepMaps())),
      this.repeat(POLL_MS, 'poll', () => this.catchUp()),
      this.repeat(ENERGY_MS, 'energy', () => this.each((feed) => feed.readEnergy())),
      this.repeat(VALUES_MS, 'values', () => this.readAll()),
      every(COUNTS_MS, () => this.eachFeed((feed) => feed.refreshCounts())),
      () => clearTimeout(this.gapTimer),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.stops.splice(0).map((stop) => stop()));
  }

  feed(campusId: number): CampusFeed | undefined {
    return this.feeds.get(campusId);
  }

  audience(viewer: Viewer): Promise<Audience> {
    return audienceOf(this.options.database, viewer, new Date(this.options.clock.now()));
  }

  async snapshot(viewer: Viewer, room: LiveRoom): Promise<LiveSnapshot | 'FORBIDDEN' | 'UNKNOWN_ROOM'> {
    const audience = await this.audience(viewer);
    const feed = this.feeds.get(audience.campusId);
    if (!feed) return 'UNKNOWN_ROOM';
    const admitted = feed.state.admits(room, audience);
    if (admitted !== 'OK') return admitted;
    const { channels, clock } = this.options;
    return channels.snapshotOf(
      channels.channelOf(room, audience),
      feed.state.roomState(room, audience, clock.now()),
    );
  }

  /** When the newest reading of a campus reached us; null before the first. */
  dataAsOf(campusId: number): number | null {
    return this.feeds.get(campusId)?.state.dataAsOf ?? null;
  }

  /** What readiness says of broker and bridge. Times in ms of the business clock. */
  health(): LiveHealth {
    return {
      brokerConnected: this.brokerConnected(),
      lastFrameMs: this.lastFrameMs,
      ingestLagMs: this.lastIngestLagMs,
    };
  }

  private takeFrame(site: string, frame: LiveFrame): void {
    const nowMs = this.options.clock.now();
    this.lastFrameMs = nowMs;
    const feed = [...this.feeds.values()].find((f) => f.state.topology.campus.code === site);
    if (!feed) return;
    const oldestRxMs = frame.rows.reduce((oldest, row) => Math.min(oldest, row[2]), nowMs);
    this.lastIngestLagMs = frame.rows.length === 0 ? 0 : nowMs - oldestRxMs;
    this.options.counters.frame(frame.rows.length, this.lastIngestLagMs);
    feed.takeFrame(frame);
  }

  private readAfterGap(): void {
    if (this.gapTimer !== undefined) return;
    this.gapTimer = setTimeout(() => {
      this.gapTimer = undefined;
      this.run('gap', () => this.readAll());
    }, GAP_PAUSE_MS);
  }

  private readAll(): Promise<void> {
    return this.each(async (feed) => {
      await feed.readValues();
      await feed.readAccounts(null);
    });
  }

  private heard(channel: DbChannel, ids: string[] | null): void {
    if (ids === null) {
      this.run('notification', () => this.catchUp());
      return;
    }
    switch (channel) {
      case DB_CHANNELS.alarmChanged:
        this.lookAtAlarms(ids);
        return;
      case DB_CHANNELS.commandChanged:
      case DB_CHANNELS.commandQueued:
        this.lookAtCommands(ids);
        return;
      case DB_CHANNELS.accountCredited:
        this.lookAtAccounts(ids);
        return;
      case DB_CHANNELS.configChanged:
        this.run('notification', () => this.loadCampuses());
    }
  }

  private looking(
    look: (feed: CampusFeed, ids: string[]) => Promise<void>,
  ): (ids: readonly string[]) => void {
    return lookTogether(
      (ids) => this.each((feed) => look(feed, ids)),
      (error) => this.options.log.warn({ err: error, what: 'notification' }, 'live data'),
    );
  }

  private async catchUp(): Promise<void> {
    await this.loadCampuses();
    await this.each((feed) => feed.catchUp());
  }

  /** Loads campuses that are new and reads those again whose configuration moved. */
  private async loadCampuses(): Promise<void> {
    const { database, clock, channels, counters } = this.options;
    for (const campus of await listLiveCampuses(database)) {
      const feed = this.feeds.get(campus.id);
      if (!feed)
        this.feeds.set(campus.id, await CampusFeed.load(database, clock, channels, counters, campus));
      else if (feed.configVersion !== campus.configVersion) await feed.reconfigure(campus);
    }
  }

  private eachFeed(act: (feed: CampusFeed) => void): void {
    for (const feed of this.feeds.values()) act(feed);
  }

  private async each(act: (feed: CampusFeed) => Promise<void>): Promise<void> {
    for (const feed of this.feeds.values()) await act(feed);
  }

  /** Live data is repaired by the next poll, so a failure is told and survived. */
  private run(what: string, act: () => Promise<void>): void {
    act().catch((error: unknown) => this.options.log.warn({ err: error, what }, 'live data'));
  }

  /** Repeats `act` with a pause in between, never twice at once. */
  private repeat(pauseMs: number, what: string, act: () => Promise<void>): () => Promise<void> {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running: Promise<void> = Promise.resolve();
    const next = () => {
      if (stopped) return;
      timer = setTimeout(() => {
        running = act()
          .catch((error: unknown) => this.options.log.warn({ err: error, what }, 'live data'))
          .then(next);
      }, pauseMs);
    };
    next();
    return () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    };
  }
}

function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
}
