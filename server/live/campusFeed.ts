import type { LiveFrame } from '../../contracts/liveFrame';
import { type AlarmView, alarmsByIds, alarmsOfCampus } from '../../db/queries/alarmViews';
import { type CommandView, commandsByIds, commandsInMotion } from '../../db/queries/commandViews';
import {
  energySince,
  type LiveAccountRow,
  type LiveCampusRow,
  listForecastChanges,
  listLiveAccounts,
  listLiveMeters,
  listLiveSpaces,
  listLiveValues,
} from '../../db/queries/liveTopology';
import type { Source } from '../../db/queries/scope';
import { campusZone } from '../../domain/time/campusTime';
import type { Clock } from '../../domain/time/clock';
import type { LiveCounters } from '../metrics';
import type { Channels } from './channels';
import { LiveState } from './liveState';
import { publishAlarms, refreshAlarmCounts } from './publishAlarms';
import { publishCommands } from './publishCommands';
import { ValuePublisher } from './publishValues';
import { liveAccount, meterRowOf } from './shapes';
import { buildTopology, placeOfAccount } from './topology';

/** More than a campus ever has at once; a bound for the memory, not a page. */
const MAX_ALARMS = 20_000;
const MAX_COMMANDS = 5_000;
const RECENT_MS = 10 * 60_000;
/** Forecasts are asked for again from a little before the last time, so that none slips through between two asks. */
const OVERLAP_MS = 5_000;

/** Keeps the live memory of one campus true: frames and notifications at once, and slow polls for what was missed. */
export class CampusFeed {
  private readonly values: ValuePublisher;
  private readonly startedMs: number;
  private forecastsSinceMs: number;

  private constructor(
    private readonly source: Source,
    private readonly clock: Clock,
    private readonly channels: Channels,
    private readonly counters: LiveCounters,
    readonly state: LiveState,
  ) {
    this.values = new ValuePublisher(channels, state);
    this.startedMs = clock.now();
    this.forecastsSinceMs = this.startedMs;
  }

  /** Reads a campus whole. */
  static async load(
    source: Source,
    clock: Clock,
    channels: Channels,
    counters: LiveCounters,
    campus: LiveCampusRow,
  ): Promise<CampusFeed> {
    const state = new LiveState(await topologyOf(source, clock, campus));
    const feed = new CampusFeed(source, clock, channels, counters, state);
    await feed.readValues();
    await feed.readAccounts(null);
    await feed.catchUp();
    await feed.readEnergy();
    return feed;
  }

  get campusId(): number {
    return this.state.topology.campus.id;
  }

  get configVersion(): number {
    return this.state.topology.campus.configVersion;
  }

  /** Reads places, meters and accounts again after the configuration changed. */
  async reconfigure(campus: LiveCampusRow): Promise<void> {
    this.state.setTopology(await topologyOf(this.source, this.clock, campus));
    await this.readValues();
    await this.readAccounts(null);
  }

  /** A frame of the bridge. */
  takeFrame(frame: LiveFrame): void {
    this.values.note(this.state.takeValues(frame.rows), this.state.takeBalances(frame.balances));
    // Nobody waits for these: what fails here comes with the next poll.
    if (frame.commandIds.length > 0) void this.readCommands(frame.commandIds).catch(() => undefined);
  }

  /** Newest values as stored: at the start and after a gap in the frames. */
  async readValues(): Promise<void> {
    const rows = await listLiveValues(this.source, this.campusId);
    this.values.note(this.state.takeValues(rows.map(meterRowOf)), []);
  }

  /** Money and forecasts of these accounts, or of all. @returns the codes of those that were read */
  async readAccounts(ids: readonly number[] | null): Promise<string[]> {
    if (ids !== null && ids.length === 0) return [];
    // From before the look: what a frame tells meanwhile is newer.
    const nowMs = this.clock.now();
    const rows = await listLiveAccounts(this.source, this.campusId, ids);
    const accounts = rows.map((row: LiveAccountRow) =>
      liveAccount(placeOfAccount(this.state.topology, row), row, nowMs),
    );
    this.values.note([], this.state.takeAccounts(accounts));
    return accounts.map(({ code }) => code);
  }

  /** The same of accounts of which a payment, order or grant is said to have moved. */
  async readAnnounced(ids: readonly number[]): Promise<void> {
    this.values.announce(await this.readAccounts(ids));
  }

  async readAlarms(ids: readonly number[]): Promise<void> {
    const rows = await alarmsByIds(this.source, ids);
    this.takeAlarms(rows.filter((row) => row.campusId === this.campusId));
  }

  async readCommands(ids: readonly string[]): Promise<void> {
    const rows = await commandsByIds(this.source, ids);
    this.takeCommands(rows.filter((row) => row.campusId === this.campusId));
  }

  /** Slow poll: alarms, commands and forecasts whose notification was missed. */
  async catchUp(): Promise<void> {
    const nowMs = this.clock.now();
    const open = await alarmsOfCampus(this.source, this.campusId, nowMs - RECENT_MS, MAX_ALARMS);
    this.takeAlarms(open);
    const seen = new Set(open.map((row) => row.id));
    await this.readAlarms(this.state.openAlarmIds().filter((id) => !seen.has(id)));
    const moving = await commandsInMotion(this.source, this.campusId, nowMs - RECENT_MS, MAX_COMMANDS);
    this.takeCommands(moving);
    const changed = await listForecastChanges(this.source, this.campusId, this.forecastsSinceMs - OVERLAP_MS);
    this.forecastsSinceMs = nowMs;
    await this.readAccounts(changed.map((row) => row.id));
  }

  /** Energy of the campus day so far. */
  async readEnergy(): Promise<void> {
    const zone = campusZone(this.state.topology.campus.timeZone);
    const nowMs = this.clock.now();
    const midnight = new Date(zone.localDayStart(nowMs));
    this.state.setEnergyToday(await energySince(this.source, this.campusId, midnight, new Date(nowMs)));
  }

  stepRooms(): void {
    this.values.stepRooms(this.campusId, this.clock.now());
  }

  /** Counts that change by time alone. */
  refreshCounts(): void {
    refreshAlarmCounts(this.channels, this.state, this.campusId, this.clock.now());
  }

  stepMaps(): void {
    this.values.stepMaps(this.campusId, this.clock.now());
  }

  private takeCommands(rows: readonly CommandView[]): void {
    const news = this.state.takeCommands(rows, this.clock.now());
    if (news.length === 0) return;
    publishCommands(this.channels, this.state, this.campusId, news);
    for (const { finishedMs, state } of news) {
      // What ended before this start was counted then.
      if (finishedMs !== null && finishedMs >= this.startedMs) this.counters.commandEnded(state);
    }
  }

  private takeAlarms(rows: readonly AlarmView[]): void {
    const nowMs = this.clock.now();
    const news = this.state.takeAlarms(rows, nowMs);
    if (news.length > 0) publishAlarms(this.channels, this.state, this.campusId, news, nowMs);
  }
}

async function topologyOf(source: Source, clock: Clock, campus: LiveCampusRow) {
  const spaces = await listLiveSpaces(source, campus.id);
  const meters = await listLiveMeters(source, campus.id, new Date(clock.now()));
  return buildTopology(campus, spaces, meters);
}
