import type {
  AlarmSummary,
  BalanceRow,
  BuildingRow,
  CampusFigures,
  LiveAlarm,
  LiveCommand,
  LiveRoom,
  LiveSnapshot,
  MeterRow,
} from '../../contracts/liveEvents';
import type { LiveFrame } from '../../contracts/liveFrame';
import type { AlarmView } from '../../db/queries/alarmViews';
import type { CommandView } from '../../db/queries/commandViews';
import { type Audience, reaches, reachesAnything, seesAlarm, sightOf } from './audience';
import { campusFigures } from './campusFigures';
import { countAlarms } from './countAlarms';
import { sameAccount, sameAlarm, sameCommand } from './isNews';
import { balanceRow, type LiveAccount, liveAlarm, liveCommand } from './shapes';
import { buildingRow } from './sums';
import type { Topology } from './topology';

/** Everything of a snapshot but its number. */
export type RoomState = Omit<LiveSnapshot, 'bootId' | 'room' | 'seq'>;

/** A room by its kind and the code after the colon. */
export function parseRoom(room: LiveRoom): { kind: string; code: string } {
  const at = room.indexOf(':');
  return at < 0 ? { kind: room, code: '' } : { kind: room.slice(0, at), code: room.slice(at + 1) };
}

const RECENT_MS = 10 * 60_000;

/**
 * The newest known state of one campus in memory: what screens show and what deltas are made of. It answers without the
 * database; whoever owns it feeds it frames and rows. Nothing in it is older than what it held before.
 */
export class LiveState {
  private readonly values = new Map<string, MeterRow>();
  private readonly accounts = new Map<string, LiveAccount>();
  private readonly alarms = new Map<number, AlarmView>();
  private readonly commands = new Map<string, CommandView>();
  private newestRxMs: number | null = null;
  private energyTodayMicro: bigint | null = null;

  constructor(private topologyNow: Topology) {}

  get topology(): Topology {
    return this.topologyNow;
  }

  /** When the newest reading reached us; null before the first. */
  get dataAsOf(): number | null {
    return this.newestRxMs;
  }

  /** Takes a changed configuration; values of meters that are gone go with them. */
  setTopology(topology: Topology): void {
    this.topologyNow = topology;
    for (const code of this.values.keys()) if (!topology.meters.has(code)) this.values.delete(code);
  }

  setEnergyToday(quantityMicro: bigint): void {
    this.energyTodayMicro = quantityMicro;
  }

  /** Takes newest values. Returns the codes of those that were newer than what was held. */
  takeValues(rows: readonly MeterRow[]): string[] {
    const changed: string[] = [];
    for (const row of rows) {
      if (!this.topologyNow.meters.has(row[0])) continue;
      const held = this.values.get(row[0]);
      if (held && held[1] > row[1]) continue;
      this.values.set(row[0], row);
      if (this.newestRxMs === null || row[2] > this.newestRxMs) this.newestRxMs = row[2];
      changed.push(row[0]);
    }
    return changed;
  }

  /** Takes changed balances of a frame. Returns the codes of accounts that changed. */
  takeBalances(changes: LiveFrame['balances']): string[] {
    const changed: string[] = [];
    for (const [code, availableMicro, ledgerMicro, unpostedMicro, asOf] of changes) {
      const held = this.accounts.get(code);
      if (!held || held.asOf > asOf) continue;
      this.accounts.set(code, { ...held, availableMicro, ledgerMicro, unpostedMicro, asOf });
      changed.push(code);
    }
    return changed;
  }

  /** Takes accounts as read from the database. Returns the codes of those that changed. */
  takeAccounts(accounts: readonly LiveAccount[]): string[] {
    const changed: string[] = [];
    for (const account of accounts) {
      const held = this.accounts.get(account.code);
      // Never older on screen than what was shown before, or the screen would drop it.
      const asOf = Math.max(account.asOf, held?.asOf ?? 0);
      this.accounts.set(account.code, { ...account, asOf });
      if (!held || !sameAccount(held, account)) changed.push(account.code);
    }
    return changed;
  }

  /** Takes alarms; an ended one stays for the counts of the last minutes only. Returns those that are news. */
  takeAlarms(rows: readonly AlarmView[], nowMs: number): AlarmView[] {
    const news: AlarmView[] = [];
    for (const row of rows) {
      const held = this.alarms.get(row.id);
      if (held && (held.changedMs > row.changedMs || sameAlarm(held, row))) continue;
      this.alarms.set(row.id, row);
      news.push(row);
    }
    for (const [id, row] of this.alarms) {
      const shelved = row.shelvedUntilMs !== null && row.shelvedUntilMs > nowMs;
      if (row.endedMs !== null && !shelved && nowMs - Math.max(row.endedMs, row.raisedMs) > RECENT_MS)
        this.alarms.delete(id);
    }
    return news;
  }

  /** Takes commands. Returns those that are news. */
  takeCommands(rows: readonly CommandView[], nowMs: number): CommandView[] {
    const news: CommandView[] = [];
    for (const row of rows) {
      const held = this.commands.get(row.id);
      if (held && (held.steps.length > row.steps.length || sameCommand(held, row))) continue;
      this.commands.set(row.id, row);
      news.push(row);
    }
    for (const [id, row] of this.commands) {
      if (row.finishedMs !== null && nowMs - row.finishedMs > RECENT_MS) this.commands.delete(id);
    }
    return news;
  }

  /** Ids of alarms that are open as far as we know. */
  openAlarmIds(): number[] {
    return [...this.alarms.values()].filter((a) => a.endedMs === null).map((a) => a.id);
  }

  /** Ids of commands that still act as far as we know. */
  liveCommandIds(): string[] {
    return [...this.commands.values()].filter((c) => c.finishedMs === null).map((c) => c.id);
  }

  account(code: string): LiveAccount | undefined {
    return this.accounts.get(code);
  }

  value(code: string): MeterRow | undefined {
    return this.values.get(code);
  }

  /** Whether an audience may be in a room at all, and whether there is such a room. */
  admits(room: LiveRoom, audience: Audience): 'OK' | 'FORBIDDEN' | 'UNKNOWN_ROOM' {
    const { kind, code } = parseRoom(room);
    const allowed = (yes: boolean) => (yes ? 'OK' : 'FORBIDDEN');
    switch (kind) {
      case 'campus':
      case 'wall':
        return allowed(reachesAnything(audience.overview));
      case 'alarms':
        return allowed(!audience.display && (reachesAnything(audience.alarms) || audience.moneyAlarms));
      case 'commands':
        return allowed(reachesAnything(audience.commands));
      case 'payments':
        return allowed(audience.money === 'ALL');
      case 'building':
      case 'room': {
        const space = this.topologyNow.spaceByCode.get(code);
        if (!space) return audience.display ? 'FORBIDDEN' : 'UNKNOWN_ROOM';
        return allowed(
          reaches(audience.values, space.id) ||
            reaches(audience.bands, space.id) ||
            reaches(audience.money, space.id),
        );
      }
      case 'account': {
        const account = this.accounts.get(code);
        if (!account) return audience.display ? 'FORBIDDEN' : 'UNKNOWN_ROOM';
        return allowed(reaches(audience.bands, account.spaceId) || reaches(audience.money, account.spaceId));
      }
      default:
        return 'UNKNOWN_ROOM';
    }
  }

  /** All that a room shows to an audience, as one state. */
  roomState(room: LiveRoom, audience: Audience, nowMs: number): RoomState {
    const { kind, code } = parseRoom(room);
    const state: RoomState = {
      asOf: nowMs,
      rows: [],
      buildings: [],
      campus: null,
      balances: [],
      alarms: [],
      alarmSummary: null,
      commands: [],
    };
    if (kind === 'campus' || kind === 'wall') {
      state.buildings = this.buildingRows(audience, nowMs);
      state.campus = this.figures(audience, nowMs);
    }
    if (kind === 'alarms' || kind === 'wall') {
      state.alarms = this.alarmsFor(audience);
      state.alarmSummary = this.alarmSummary(audience, nowMs);
    }
    if (kind === 'commands') state.commands = this.commandsFor(audience, () => true);
    if (kind === 'building' || kind === 'room') {
      state.rows = this.meterRows(room, audience, [...this.values.keys()]);
      state.balances = this.balanceRows(room, audience, [...this.accounts.keys()]);
      state.commands = this.commandsFor(audience, (c) => this.commandIsIn(c, room));
    }
    if (kind === 'building') state.buildings = [buildingRow(this.topologyNow, code, this.values, nowMs)];
    if (kind === 'account') state.balances = this.balanceRows(room, audience, [code]);
    return state;
  }

  /** Rows of these meters that belong to a room and may be seen. */
  meterRows(room: LiveRoom, audience: Audience, codes: Iterable<string>): MeterRow[] {
    const { kind, code } = parseRoom(room);
    const rows: MeterRow[] = [];
    for (const meterCode of codes) {
      const meter = this.topologyNow.meters.get(meterCode);
      const row = this.values.get(meterCode);
      if (!meter || !row || !reaches(audience.values, meter.spaceId)) continue;
      if (kind === 'building' ? meter.building === code : meter.room === code) rows.push(row);
    }
    return rows;
  }

  /** Balances of these accounts that belong to a room and may be seen; to `payments` all belong. */
  balanceRows(room: LiveRoom, audience: Audience, codes: Iterable<string>): BalanceRow[] {
    const { kind, code } = parseRoom(room);
    const rows: BalanceRow[] = [];
    for (const accountCode of codes) {
      const account = this.accounts.get(accountCode);
      if (!account) continue;
      const inRoom =
        kind === 'account'
          ? account.code === code
          : kind === 'building'
            ? account.building === code
            : kind === 'payments' || account.space === code;
      const sees = {
        money: reaches(audience.money, account.spaceId),
        band: reaches(audience.bands, account.spaceId),
      };
      if (inRoom && (sees.money || sees.band)) rows.push(balanceRow(account, sees));
    }
    return rows;
  }

  /** Sums of the buildings that an audience sees. */
  buildingRows(audience: Audience, nowMs: number): BuildingRow[] {
    return this.topologyNow.buildings
      .filter((b) => reaches(audience.overview, b.id))
      .map((b) => buildingRow(this.topologyNow, b.code, this.values, nowMs));
  }

  /** Sums of one building. */
  building(code: string, nowMs: number): BuildingRow {
    return buildingRow(this.topologyNow, code, this.values, nowMs);
  }

  /** Figures of the campus, or of the part that an audience sees. */
  figures(audience: Audience, nowMs: number): CampusFigures {
    return campusFigures(
      this.topologyNow,
      this.values,
      this.accounts,
      this.energyTodayMicro,
      audience,
      nowMs,
    );
  }

  /** Open alarms that an audience sees. */
  alarmsFor(audience: Audience): LiveAlarm[] {
    return [...this.alarms.values()]
      .filter((a) => a.endedMs === null && seesAlarm(audience, a))
      .map((a) => liveAlarm(a, sightOf(audience, a)));
  }

  /** Counts for the alarm bar. */
  alarmSummary(audience: Audience, nowMs: number): AlarmSummary {
    return countAlarms(this.alarms.values(), audience, nowMs);
  }

  /** Commands in motion that an audience sees. */
  private commandsFor(audience: Audience, wanted: (c: CommandView) => boolean): LiveCommand[] {
    return [...this.commands.values()]
      .filter((c) => reaches(audience.commands, c.spaceId) && wanted(c))
      .flatMap((c) => liveCommand(c) ?? []);
  }

  /** Whether a command belongs into a building's or room's room. */
  commandIsIn(command: CommandView, room: LiveRoom): boolean {
    const { kind, code } = parseRoom(room);
    return kind === 'building'
      ? command.buildingCode === code
      : kind === 'room' && command.spaceCode === code;
  }
}
