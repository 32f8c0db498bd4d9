import type {
  AlarmEvent,
  AlarmSummary,
  BalanceEvent,
  BalanceRow,
  BuildingRow,
  CampusFigures,
  CommandEvent,
  Heartbeat,
  LiveAlarm,
  LiveCommand,
  LiveDelta,
  LiveRoom,
  LiveSnapshot,
  MeterRow,
} from '../../contracts/liveEvents';
import { MONEY_RULES } from '../../domain/alarms/alarmCatalogue';
import { isFlood } from '../../domain/alarms/flood';

/** What a listener waits for. A component renders again only when its own topic changes. */
export type Topic =
  | 'campus'
  | 'buildings'
  | 'alarms'
  | 'alarmSummary'
  | 'commands'
  | 'balances'
  | 'time'
  | `meter:${string}`
  | `building:${string}`
  | `alarm:${string}`
  | `command:${string}`
  | `point:${string}`
  | `balance:${string}`;

interface RoomState {
  bootId: string;
  seq: number;
  /** True until a snapshot has filled it, again after a gap. */
  wants: boolean;
  alarms: Set<string>;
  commands: Set<string>;
}

const NO_ALARMS: readonly LiveAlarm[] = [];
const COMMANDS_KEPT = 500;
/** Among alarms of a priority what is about money stands below what may hurt somebody. */
const MONEY: ReadonlySet<string> = new Set(MONEY_RULES);

/**
 * Newest known state of everything that streams, outside React. It drops whatever is older than what it holds, so the order
 * of arrival never matters; sequence numbers only tell it that something was lost, and then it asks for a snapshot.
 */
export class LiveStore {
  private readonly listeners = new Map<Topic, Set<() => void>>();
  private readonly rooms = new Map<LiveRoom, RoomState>();
  private readonly meterRows = new Map<string, MeterRow>();
  private readonly buildingRows = new Map<string, BuildingRow>();
  private readonly balanceRows = new Map<string, BalanceRow>();
  private readonly alarmRows = new Map<string, LiveAlarm>();
  private readonly commandRows = new Map<string, LiveCommand>();
  private campusFigures: CampusFigures | null = null;
  private summary: AlarmSummary | null = null;
  private inFlood = false;
  private alarmList: readonly LiveAlarm[] = NO_ALARMS;
  private commandList: readonly LiveCommand[] = [];
  private buildingList: readonly BuildingRow[] = [];
  private balanceList: readonly BalanceRow[] = [];
  private newestDataAt: number | null = null;
  private dirty = new Set<Topic>();

  /** @param requestSnapshot called once per gap for a room */
  constructor(private requestSnapshot: (room: LiveRoom) => void = () => {}) {}

  onGap(requestSnapshot: (room: LiveRoom) => void): void {
    this.requestSnapshot = requestSnapshot;
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    const set = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.listeners.delete(topic);
    };
  }

  meter = (code: string): MeterRow | null => this.meterRows.get(code) ?? null;
  building = (code: string): BuildingRow | null => this.buildingRows.get(code) ?? null;
  buildings = (): readonly BuildingRow[] => this.buildingList;
  balance = (account: string): BalanceRow | null => this.balanceRows.get(account) ?? null;
  balances = (): readonly BalanceRow[] => this.balanceList;
  campus = (): CampusFigures | null => this.campusFigures;
  /** Alarms that are not back to normal, unacknowledged first, then by priority, then newest. */
  alarms = (): readonly LiveAlarm[] => this.alarmList;
  alarm = (id: string): LiveAlarm | null => this.alarmRows.get(id) ?? null;
  alarmSummary = (): AlarmSummary | null => this.summary;
  /** Whether announcements come faster than they can be read; it has begun above 10 in 10 min and lasts until below 5. */
  flood = (): boolean => this.inFlood;
  /** Commands, newest first. */
  commands = (): readonly LiveCommand[] => this.commandList;
  command = (id: string): LiveCommand | null => this.commandRows.get(id) ?? null;
  /** The newest command of a point. */
  pointCommand = (point: string): LiveCommand | null =>
    this.commandList.find((command) => command.point === point) ?? null;
  /** When the newest datum of the campus reached the server, ms UTC. */
  dataAsOf = (): number | null => this.newestDataAt;

  /** Rooms that still wait for their snapshot. */
  waitingRooms(): LiveRoom[] {
    return [...this.rooms].filter(([, room]) => room.wants).map(([name]) => name);
  }

  /** After a new connection every room wants its snapshot again; the server sends them on joining. */
  reconnected(): void {
    for (const room of this.rooms.values()) room.wants = true;
  }

  /** Begins to follow a room; it wants a snapshot until one comes. */
  follow(room: LiveRoom): void {
    if (!this.rooms.has(room)) {
      this.rooms.set(room, { bootId: '', seq: 0, wants: true, alarms: new Set(), commands: new Set() });
    }
  }

  /** Stops following; what is known stays, since other rooms may show it, and ages in sight. */
  unfollow(room: LiveRoom): void {
    this.rooms.delete(room);
    this.listAlarms();
    this.flush();
  }

  /** Counts alarms and commands that changed after `since` (ms UTC): what was missed while away. */
  changedSince(since: number): number {
    let count = 0;
    for (const alarm of this.alarmRows.values()) if (alarm.changedAt > since) count++;
    for (const command of this.commandRows.values()) if (command.changedAt > since) count++;
    return count;
  }

  heartbeat(event: Heartbeat): void {
    this.noteData(event.dataAsOf);
    for (const [name, room] of this.rooms) {
      const newest = event.rooms[name];
      if (newest !== undefined && !room.wants && (room.bootId !== event.bootId || newest > room.seq)) {
        this.askAgain(name, room);
      }
    }
    this.flush();
  }

  snapshot(event: LiveSnapshot): void {
    const room = this.rooms.get(event.room);
    if (room) {
      if (room.bootId === event.bootId && !room.wants && event.seq < room.seq) return;
      room.bootId = event.bootId;
      room.seq = event.seq;
      room.wants = false;
      room.alarms = new Set(event.alarms.map((alarm) => alarm.id));
      room.commands = new Set(event.commands.map((command) => command.id));
    }
    this.takeRows(event.rows, event.buildings, event.campus);
    for (const balance of event.balances) this.takeBalance(balance);
    for (const alarm of event.alarms) this.takeAlarm(alarm);
    for (const command of event.commands) this.takeCommand(command);
    this.takeSummary(event.alarmSummary);
    this.listAlarms();
    this.flush();
  }

  delta(event: LiveDelta): void {
    if (!this.inOrder(event)) return;
    this.takeRows(event.rows, event.buildings, event.campus);
    this.flush();
  }

  balanceEvent(event: BalanceEvent): void {
    if (!this.inOrder(event)) return;
    for (const balance of event.balances) this.takeBalance(balance);
    this.flush();
  }

  alarmEvent(event: AlarmEvent): void {
    if (!this.inOrder(event)) return;
    this.rooms.get(event.room)?.alarms.add(event.alarm.id);
    this.takeAlarm(event.alarm);
    this.takeSummary(event.summary);
    this.listAlarms();
    this.flush();
  }

  commandEvent(event: CommandEvent): void {
    if (!this.inOrder(event)) return;
    this.rooms.get(event.room)?.commands.add(event.command.id);
    this.takeCommand(event.command);
    this.flush();
  }

  /**
   * False for a repeat. A gap or another server start asks for a snapshot, and the event is still taken: its rows carry
   * their own times.
   */
  private inOrder(event: { bootId: string; room: LiveRoom; seq: number }): boolean {
    const name = event.room;
    const room = this.rooms.get(name);
    if (!room) return false;
    if (room.bootId !== event.bootId) {
      this.askAgain(name, room);
      return true;
    }
    if (event.seq <= room.seq) return false;
    const expected = room.seq + 1;
    room.seq = event.seq;
    if (event.seq !== expected) this.askAgain(name, room);
    return true;
  }

  private askAgain(name: LiveRoom, room: RoomState): void {
    if (room.wants) return;
    room.wants = true;
    this.requestSnapshot(name);
  }

  private takeRows(rows: MeterRow[], buildings: BuildingRow[], campus: CampusFigures | null): void {
    for (const row of rows) {
      const held = this.meterRows.get(row[0]);
      if (held && held[1] >= row[1]) continue;
      this.meterRows.set(row[0], row);
      this.noteData(row[2]);
      this.dirty.add(`meter:${row[0]}`);
    }
    let changed = false;
    for (const row of buildings) {
      const held = this.buildingRows.get(row[0]);
      if (held && held[1] > row[1]) continue;
      this.buildingRows.set(row[0], row);
      this.dirty.add(`building:${row[0]}`);
      changed = true;
    }
    if (changed) {
      this.buildingList = [...this.buildingRows.values()];
      this.dirty.add('buildings');
    }
    if (campus && (!this.campusFigures || campus.asOf >= this.campusFigures.asOf)) {
      this.campusFigures = campus;
      this.dirty.add('campus');
    }
  }

  private takeBalance(balance: BalanceRow): void {
    const held = this.balanceRows.get(balance.account);
    if (held && held.asOf > balance.asOf) return;
    this.balanceRows.set(balance.account, balance);
    this.balanceList = [...this.balanceRows.values()];
    this.dirty.add(`balance:${balance.account}`).add('balances');
  }

  private takeAlarm(alarm: LiveAlarm): void {
    const held = this.alarmRows.get(alarm.id);
    if (held && held.changedAt > alarm.changedAt) return;
    this.alarmRows.set(alarm.id, alarm);
    this.dirty.add(`alarm:${alarm.id}`).add('alarms');
  }

  private takeSummary(summary: AlarmSummary | null): void {
    if (!summary || (this.summary && this.summary.asOf > summary.asOf)) return;
    this.summary = summary;
    // The server forgets an announcement some time after its alarm has ended, and with it how a long flood began.
    this.inFlood = summary.flood || isFlood(this.inFlood, summary.announcedLast10Min);
    this.dirty.add('alarmSummary');
  }

  private takeCommand(command: LiveCommand): void {
    const held = this.commandRows.get(command.id);
    if (held && held.changedAt > command.changedAt) return;
    this.commandRows.set(command.id, command);
    const newestFirst = [...this.commandRows.values()].sort((a, b) => b.createdAt - a.createdAt);
    for (const old of newestFirst.slice(COMMANDS_KEPT)) this.commandRows.delete(old.id);
    this.commandList = newestFirst.slice(0, COMMANDS_KEPT);
    this.dirty.add(`command:${command.id}`).add(`point:${command.point}`).add('commands');
  }

  private listAlarms(): void {
    const listed = new Set<string>();
    for (const room of this.rooms.values()) for (const id of room.alarms) listed.add(id);
    for (const id of this.alarmRows.keys()) if (!listed.has(id)) this.alarmRows.delete(id);
    this.alarmList = [...this.alarmRows.values()]
      .filter((alarm) => alarm.state !== 'NORMAL')
      .sort(
        (a, b) =>
          Number(isAcknowledged(a)) - Number(isAcknowledged(b)) ||
          a.priority - b.priority ||
          Number(MONEY.has(a.rule)) - Number(MONEY.has(b.rule)) ||
          b.raisedAt - a.raisedAt,
      );
    this.dirty.add('alarms');
  }

  private noteData(at: number | null): void {
    if (at === null || (this.newestDataAt !== null && at <= this.newestDataAt)) return;
    this.newestDataAt = at;
    this.dirty.add('time');
  }

  private flush(): void {
    const topics = this.dirty;
    this.dirty = new Set();
    for (const topic of topics) for (const listener of this.listeners.get(topic) ?? []) listener();
  }
}

/** Whether somebody has acknowledged an alarm that is still on the list. */
export function isAcknowledged(alarm: LiveAlarm): boolean {
  return alarm.state === 'ACKED' || alarm.state === 'LATCHED_ACK' || alarm.state === 'NORMAL';
}
