import type { BuildingRow, CampusFigures } from '../../contracts/liveEvents';
import type { Channel, Channels } from './channels';
import { type LiveState, parseRoom } from './liveState';

/**
 * Collects what changed and sends it in steps: twice a second to rooms and buildings, once a second to maps. Only the newest
 * value of a meter goes out, however many came in between.
 */
export class ValuePublisher {
  private readonly changedMeters = new Set<string>();
  private readonly changedAccounts = new Set<string>();
  /** Accounts whose payments or orders moved, also where the balance stays. */
  private readonly announced = new Set<string>();
  /** Sums as each channel last got them; an unchanged one is not sent again. */
  private readonly sentBuildings = new WeakMap<Channel, Map<string, string>>();
  private readonly sentFigures = new WeakMap<Channel, string>();

  constructor(
    private readonly channels: Channels,
    private readonly state: LiveState,
  ) {}

  note(meterCodes: readonly string[], accountCodes: readonly string[]): void {
    for (const code of meterCodes) this.changedMeters.add(code);
    for (const code of accountCodes) this.changedAccounts.add(code);
  }

  /** A payment, order or grant of these accounts moved: who follows them or all payments hears it in any case. */
  announce(accountCodes: readonly string[]): void {
    for (const code of accountCodes) this.announced.add(code);
    this.note([], accountCodes);
  }

  /** Sends to rooms, buildings and accounts what changed since the last step. */
  stepRooms(campusId: number, nowMs: number): void {
    if (this.changedMeters.size === 0 && this.changedAccounts.size === 0) return;
    const meters = [...this.changedMeters];
    const accounts = [...this.changedAccounts];
    this.changedMeters.clear();
    const announced = [...this.announced];
    this.changedAccounts.clear();
    this.announced.clear();
    for (const channel of this.channels.listened(campusId)) {
      const { kind, room, audience } = channel;
      if (kind !== 'building' && kind !== 'room' && kind !== 'account' && kind !== 'payments') continue;
      const rows = kind === 'building' || kind === 'room' ? this.state.meterRows(room, audience, meters) : [];
      if (rows.length > 0) {
        const buildings = kind === 'building' ? [this.state.building(parseRoom(room).code, nowMs)] : [];
        this.channels.sendDelta(channel, { asOf: nowMs, rows, buildings, campus: null });
      }
      const balances = this.state.balanceRows(room, audience, kind === 'payments' ? announced : accounts);
      if (balances.length > 0) this.channels.sendBalances(channel, balances);
    }
  }

  /** Sends to maps and walls the sums that changed, also those that changed by growing stale. */
  stepMaps(campusId: number, nowMs: number): void {
    for (const channel of this.channels.listened(campusId)) {
      if (channel.kind !== 'campus' && channel.kind !== 'wall') continue;
      const buildings = this.newsOfBuildings(channel, this.state.buildingRows(channel.audience, nowMs));
      const campus = this.newsOfFigures(channel, this.state.figures(channel.audience, nowMs));
      if (buildings.length > 0 || campus) {
        this.channels.sendDelta(channel, { asOf: nowMs, rows: [], buildings, campus });
      }
    }
  }

  private newsOfBuildings(channel: Channel, rows: readonly BuildingRow[]): BuildingRow[] {
    let sent = this.sentBuildings.get(channel);
    if (!sent) {
      sent = new Map();
      this.sentBuildings.set(channel, sent);
    }
    const news: BuildingRow[] = [];
    for (const row of rows) {
      const text = JSON.stringify(row);
      if (sent.get(row[0]) === text) continue;
      sent.set(row[0], text);
      news.push(row);
    }
    return news;
  }

  private newsOfFigures(channel: Channel, figures: CampusFigures): CampusFigures | null {
    const text = JSON.stringify({ ...figures, asOf: 0 });
    if (this.sentFigures.get(channel) === text) return null;
    this.sentFigures.set(channel, text);
    return figures;
  }
}
