import type { Clock } from '../../domain/time/clock';
import type { CampusLoad } from '../load/campusLoad';
import { CommandDesk, type CommandWorld } from './commandDesk';
import {
  type ActiveFaults,
  FaultRefusal,
  type MeterFaultKind,
  type MeterFaultParams,
  parseFaultParams,
} from './faults';
import { isSensed, stepExcerpt } from './hazards';
import { type Connect, type NodeCredentials, SimulatedNode } from './node';
import { OverloadGuard } from './overloadGuard';
import { afterFaults, type ReadingItem, readMeter, registerAtTotal } from './readingItem';
import { startRegisterFault } from './registerFaults';
import type { SimulatedMeter } from './simulatedMeter';
import { type FleetState, restoreState, stateOf } from './stateFile';
import { SupplyNetwork } from './supplyNetwork';

export interface FleetOptions {
  campus: CampusLoad;
  clock: Clock;
  connect: Connect;
  /** Restart counter of every node, rising from start to start. */
  boot: number;
  /** Codes of gateways and direct meters to their credentials; a node without stays away. */
  credentials: ReadonlyMap<string, NodeCredentials>;
  /** What the meters kept from an earlier run. */
  state: FleetState | null;
  /** End of the readings that the platform already has of meters without state, ms UTC; null: none. */
  historyToMs: number | null;
  /** Runs an act after real milliseconds. */
  after(ms: number, act: () => void): void;
}

const SECOND_MS = 1_000;
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** A larger step is a clock that was set, or a machine that slept: no readings are made up for it. */
const LARGEST_STEP_MS = 120_000;
const BACKFILL_MS = 7 * DAY_MS;
const MINUTE_MS = 60_000;
/** Before the first start, so much is read at each interval; what lies between the history and that, every minute. */
const CATCH_UP_MS = 5 * MINUTE_MS;
const FIRST_GAP_MAX_MS = 3_600_000;
/** Faults that change what is drawn and so are looked at every second. */
const DRAWING: readonly MeterFaultKind[] = ['overload', 'forbiddenHeater', 'extraLoad', 'leak', 'bypass'];

/** All meters and gateways of a campus, moved forward by `runTo`. */
export class Fleet {
  readonly network: SupplyNetwork;
  readonly nodes: readonly SimulatedNode[];
  readonly desk: CommandDesk;
  /** Something that must survive a restart changed since the last `snapshot`. */
  dirty = false;
  private readonly nodeByCode: ReadonlyMap<string, SimulatedNode>;
  private readonly nodeOfMeter = new Map<string, SimulatedNode>();
  private readonly guard: OverloadGuard;
  /** Up to where the fleet has lived, ms UTC of its clock. */
  private at: number;
  private living = false;

  constructor(private readonly options: FleetOptions) {
    const { campus, clock, state } = options;
    const nowMs = clock.now();
    const historyMs = options.historyToMs ?? nowMs;
    const gapMs = nowMs - historyMs;
    const livedToMs = state ? state.savedAtMs : gapMs <= FIRST_GAP_MAX_MS ? historyMs : nowMs;
    this.network = new SupplyNetwork(campus, Math.min(livedToMs, nowMs));
    if (state) restoreState(this.network, state);
    this.nodes = this.makeNodes();
    this.nodeByCode = new Map(this.nodes.map((node) => [node.code, node]));
    this.at = nowMs;
    const world: CommandWorld = {
      network: this.network,
      now: () => this.now(),
      after: (ms, act) =>
        options.after(ms, () => {
          this.runTo(clock.now());
          act();
        }),
      acknowledge: (meter, ack) => this.nodeOfMeter.get(meter.code)?.acknowledge(ack),
      report: (meter) => this.report(meter),
      readLog: (meter, fromMs, toMs) => this.readLog(meter, fromMs, toMs),
      changed: () => {
        this.dirty = true;
      },
    };
    this.desk = new CommandDesk(world);
    this.guard = new OverloadGuard({
      ...world,
      tell: (meter, event, on, data) =>
        this.nodeOfMeter.get(meter.code)?.tell(meter, event, on, this.now() + meter.driftMs, data),
    });
    if (state) this.backfill(state.savedAtMs, nowMs, QUARTER_MS);
    else this.catchUp(livedToMs, nowMs);
    for (const meter of this.network.meters) this.network.advance(meter, nowMs);
  }

  private makeNodes(): SimulatedNode[] {
    const { campus, boot, credentials } = this.options;
    const site = campus.plan.document.campus.code;
    const carried = new Map<string, SimulatedMeter[]>();
    const nodes: SimulatedNode[] = [];
    const add = (kind: 'GATEWAY' | 'METER', code: string, meters: SimulatedMeter[]) => {
      const node = new SimulatedNode(site, kind, code, meters, boot, campus.plan.seed);
      node.credentials = credentials.get(code) ?? null;
      for (const meter of meters) this.nodeOfMeter.set(meter.code, node);
      nodes.push(node);
    };
    for (const { code } of campus.plan.document.gateways) carried.set(code, []);
    for (const meter of this.network.meters) {
      const { gateway } = meter.load.traits;
      if (gateway === null) add('METER', meter.code, [meter]);
      else carried.get(gateway)!.push(meter);
    }
    for (const [code, meters] of carried) add('GATEWAY', code, meters);
    return nodes;
  }

  /** Time as the fleet lives it: the second that is being lived, else the clock, never behind what was done already. */
  now(): number {
    return this.living ? this.at : Math.max(this.at, this.options.clock.now());
  }

  node(code: string): SimulatedNode | undefined {
    return this.nodeByCode.get(code);
  }

  nodeOf(meter: SimulatedMeter): SimulatedNode {
    return this.nodeOfMeter.get(meter.code)!;
  }

  /** Starts to connect one node. */
  connect(node: SimulatedNode): void {
    node.connect(
      this.options.connect,
      () => this.now(),
      (payload) => {
        this.runTo(this.options.clock.now());
        this.desk.receive({ key: node.credentials!.key, meter: (code) => node.meter(code) }, payload);
      },
    );
  }

  /** New credentials, as after a rotation: the node connects again with them. */
  giveCredentials(node: SimulatedNode, credentials: NodeCredentials): void {
    node.cut();
    node.credentials = credentials;
    this.connect(node);
  }

  /** Lives up to `nowMs`: every second that passed, then every reading that fell due in it. */
  runTo(nowMs: number): void {
    if (this.living) return;
    if (nowMs < this.at || nowMs - this.at > LARGEST_STEP_MS) {
      this.network.rebase(nowMs);
      this.at = nowMs;
      return;
    }
    this.live(nowMs);
  }

  private live(nowMs: number): void {
    this.living = true;
    for (
      let second = (Math.floor(this.at / SECOND_MS) + 1) * SECOND_MS;
      second <= nowMs;
      second += SECOND_MS
    ) {
      this.at = second;
      this.liveSecond(second);
    }
    this.living = false;
    this.at = nowMs;
  }

  private liveSecond(second: number): void {
    this.endFaults(second);
    this.redraw(second);
    for (const node of this.nodes) {
      if ((second / SECOND_MS - node.phaseS) % 10 === 0) this.readNode(node, second);
    }
    if (second % QUARTER_MS === 0) {
      for (const meter of this.network.meters) meter.logTotal(second, this.network.total(meter, second));
    }
  }

  /** What meters with a disturbed draw take at `ts`, and whether their protection has something to say. */
  private redraw(ts: number): void {
    for (const meter of this.network.meters) {
      if (meter.faults.overload && meter.load.children.length > 0) this.network.driveFeeder(meter, ts);
    }
    for (const meter of this.network.meters) {
      const drawn = DRAWING.some((kind) => meter.faults[kind]);
      if (drawn) this.network.retune(meter, ts);
      if (drawn || meter.raisedW > 0 || meter.overSinceMs !== null) this.guard.look(meter, ts);
    }
  }

  private readNode(node: SimulatedNode, ts: number): void {
    const readings: ReadingItem[] = [];
    for (const meter of node.meters) {
      const { intervalS } = meter.load.traits;
      if ((ts / SECOND_MS - node.phaseS) % intervalS !== 0) continue;
      readings.push(...afterFaults(meter, readMeter(this.network, meter, ts)));
      this.guard.look(meter, ts);
    }
    if (readings.length > 0) node.handIn(readings, ts);
  }

  /** A reading of its own, beside the interval. */
  report(meter: SimulatedMeter): void {
    const ts = this.now();
    const readings = afterFaults(meter, readMeter(this.network, meter, ts));
    if (readings.length > 0) this.nodeOf(meter).handIn(readings, ts);
  }

  private readLog(meter: SimulatedMeter, fromMs: number, toMs: number): void {
    const readings = meter
      .loggedTotals(fromMs, toMs)
      .map(({ ts, total }): ReadingItem => logged(meter, ts, total));
    if (readings.length > 0) this.nodeOf(meter).handIn(readings, toMs);
  }

  /** What meters noted at every `stepMs` while the simulator was not there to send it. */
  private backfill(savedAtMs: number, nowMs: number, stepMs: number): void {
    const first = Math.max(savedAtMs, nowMs - BACKFILL_MS);
    for (let ts = Math.ceil((first + 1) / stepMs) * stepMs; ts < nowMs; ts += stepMs) {
      for (const node of this.nodes) {
        const readings = node.meters.map((meter) => logged(meter, ts, this.network.total(meter, ts)));
        node.handIn(readings, ts);
      }
    }
  }

  /** The campus did not stand still between the end of its history and the first start: its gateways kept reading. */
  private catchUp(fromMs: number, nowMs: number): void {
    const intervalsFromMs = Math.max(fromMs, nowMs - CATCH_UP_MS);
    this.backfill(fromMs, intervalsFromMs, MINUTE_MS);
    this.at = intervalsFromMs;
    this.live(nowMs);
  }

  setFault<K extends MeterFaultKind>(code: string, kind: K, params: unknown, forS: number | null): void {
    const meter = this.meterOrRefuse(code);
    const value: MeterFaultParams<K> = parseFaultParams(kind, params, meter);
    this.runTo(this.options.clock.now());
    const untilMs = forS === null ? null : this.now() + forS * SECOND_MS;
    const faults: ActiveFaults = { [kind]: { params: value, untilMs } };
    Object.assign(meter.faults, faults);
    if (isSensed(kind)) meter.sensors.add(kind);
    this.dirty = true;
    startRegisterFault(this.network, meter, kind, this.now());
    const baseW = this.network.draw(meter, this.now());
    this.redraw(this.now());
    if (kind === 'forbiddenHeater') this.tellHeater(meter, baseW);
  }

  /** A meter that looks at its own load by the second saw the step, with what came before and after it. */
  private tellHeater(meter: SimulatedMeter, baseW: number): void {
    const { forbiddenHeater } = meter.faults;
    if (!forbiddenHeater?.params.tells) return;
    const { powerW, powerFactor } = forbiddenHeater.params;
    this.tell(meter, 'FORBIDDEN_LOAD', true, { powerW, ...stepExcerpt(baseW, powerW, powerFactor) });
  }

  private tell(
    meter: SimulatedMeter,
    event: string,
    on: boolean,
    data: Record<string, number | number[]>,
  ): void {
    this.nodeOf(meter).tell(meter, event, on, this.now() + meter.driftMs, data);
  }

  clearFaults(code: string, kind?: MeterFaultKind): void {
    this.runTo(this.options.clock.now());
    this.endMeterFaults(this.meterOrRefuse(code), kind);
  }

  private endMeterFaults(meter: SimulatedMeter, kind?: MeterFaultKind): void {
    const ended = kind ? [kind] : (Object.keys(meter.faults) as MeterFaultKind[]);
    const ts = this.now();
    if (ended.includes('forbiddenHeater') && meter.faults.forbiddenHeater?.params.tells)
      this.tell(meter, 'FORBIDDEN_LOAD', false, {});
    for (const each of ended) delete meter.faults[each];
    if (ended.includes('frozen')) meter.frozenAs = null;
    if (ended.includes('duplicate')) meter.repeatNext = null;
    if (meter.load.children.length > 0) this.network.driveFeeder(meter, ts);
    else this.network.retune(meter, ts);
    const held = meter.heldBack.splice(0);
    if (held.length > 0) this.nodeOf(meter).handIn(held, ts);
    this.dirty = true;
  }

  /** Takes a gateway or direct meter off the network, without a goodbye. Its readings wait in the outbox. */
  nodeDown(code: string, forS: number | null): void {
    const node = this.nodeOrRefuse(code);
    node.downUntilMs = forS === null ? null : this.now() + forS * SECOND_MS;
    node.isDown = true;
    node.cut();
  }

  nodeUp(code: string): void {
    const node = this.nodeOrRefuse(code);
    node.isDown = false;
    node.downUntilMs = null;
    this.connect(node);
  }

  /** Nothing is wrong any more; contacts stay as they are. */
  calm(): void {
    this.runTo(this.options.clock.now());
    for (const meter of this.network.meters) {
      if (Object.keys(meter.faults).length > 0) this.endMeterFaults(meter);
    }
    for (const node of this.nodes) if (node.isDown) this.nodeUp(node.code);
  }

  private endFaults(ts: number): void {
    for (const meter of this.network.meters) {
      for (const [kind, fault] of Object.entries(meter.faults)) {
        if (fault.untilMs !== null && fault.untilMs <= ts) this.endMeterFaults(meter, kind as MeterFaultKind);
      }
    }
    for (const node of this.nodes) {
      if (node.isDown && node.downUntilMs !== null && node.downUntilMs <= ts) this.nodeUp(node.code);
    }
  }

  /** The button on the meter: closes the contact of a meter that is ready for it. Answers what it did, or why not. */
  press(code: string): { closed: boolean; reason: string } {
    const meter = this.meterOrRefuse(code);
    this.runTo(this.options.clock.now());
    if (meter.contactClosed) return { closed: true, reason: 'the contact is closed already' };
    if (!meter.armed) return { closed: false, reason: 'the meter is not armed' };
    this.network.setContact(meter, true, this.now());
    this.dirty = true;
    this.nodeOf(meter).tell(meter, 'LOCAL_CLOSE', true, this.now() + meter.driftMs, {});
    this.report(meter);
    return { closed: true, reason: 'closed by the button' };
  }

  snapshot(): FleetState {
    this.runTo(this.options.clock.now());
    this.dirty = false;
    return stateOf(this.network, this.options.campus.plan.seed, this.now());
  }

  /** Whether any meter draws what its curve does not, so that a state soon grows old. */
  get disturbed(): boolean {
    return this.network.meters.some((meter) => meter.extraMicroPerHour !== 0);
  }

  meterOrRefuse(code: string): SimulatedMeter {
    const meter = this.network.meter(code);
    if (!meter) throw new FaultRefusal('/code', `there is no meter ${code}`);
    return meter;
  }

  nodeOrRefuse(code: string): SimulatedNode {
    const node = this.nodeByCode.get(code);
    if (!node) throw new FaultRefusal('/code', `there is no gateway or direct meter ${code}`);
    return node;
  }
}

function logged(meter: SimulatedMeter, ts: number, total: number): ReadingItem {
  meter.seq = (meter.seq + 1) >>> 0;
  const text = registerAtTotal(meter, total);
  const item: ReadingItem = { id: meter.code, ts, seq: meter.seq };
  return meter.load.traits.utility === 'ELECTRICITY' ? { ...item, ea: text } : { ...item, vol: text };
}
