import { type CampusLoad, feederPower, feederTotal } from '../load/campusLoad';
import { overloadTargetW } from './faults';
import { SimulatedMeter } from './simulatedMeter';

const HOUR_MS = 3_600_000;
/** 1 W for an hour is 1 Wh, 1,000 µkWh. */
const MICRO_PER_WATT_HOUR = 1_000;
const MICRO_PER_CUBIC_METRE = 1_000_000;
/** How close to its limit an overloaded feeder drives the rooms below it. */
const RAISE_TO_LIMIT = 0.94;

/**
 * Meters, the contacts between them and what flows. A register is the curve's total while current flows, stands still while
 * it does not, and takes every extra draw of a fault; all in whole µ, so that any way of cutting time gives the same sum.
 */
export class SupplyNetwork {
  readonly meters: readonly SimulatedMeter[];
  private readonly parents: Int32Array;
  private readonly byCode: ReadonlyMap<string, SimulatedMeter>;

  constructor(campus: CampusLoad, startMs: number) {
    this.meters = campus.meters.map((load) => new SimulatedMeter(load, startMs));
    this.byCode = new Map(this.meters.map((meter) => [meter.code, meter]));
    this.parents = new Int32Array(this.meters.length).fill(-1);
    for (const { load } of this.meters) for (const child of load.children) this.parents[child] = load.index;
  }

  meter(code: string): SimulatedMeter | undefined {
    return this.byCode.get(code);
  }

  /** Whether voltage reaches the meter: every contact above it is closed. */
  supplied(meter: SimulatedMeter): boolean {
    for (let above = this.parents[meter.load.index]!; above >= 0; above = this.parents[above]!) {
      if (!this.passes(this.meters[above]!)) return false;
    }
    return true;
  }

  private passes(meter: SimulatedMeter): boolean {
    return meter.contactClosed || meter.faults.bypass !== undefined;
  }

  flows(meter: SimulatedMeter): boolean {
    return this.passes(meter) && this.supplied(meter);
  }

  /** Counts up to `ts` what the meter itself draws. An earlier instant changes nothing. */
  advance(meter: SimulatedMeter, ts: number): void {
    const elapsedMs = ts - meter.at;
    if (elapsedMs <= 0) return;
    const curve = meter.load.curve.totalAt(ts);
    if (this.flows(meter)) {
      meter.ownTotal += curve - meter.curveAt;
      if (meter.extraMicroPerHour !== 0) {
        const extra = meter.extraMicroPerHour * elapsedMs + meter.extraResidue;
        const whole = Math.floor(extra / HOUR_MS);
        meter.extraResidue = extra - whole * HOUR_MS;
        meter.ownTotal += whole;
      }
    }
    meter.curveAt = curve;
    meter.at = ts;
  }

  /** Total that the register stands for at `ts`, whole µ, without the start value and shifts of the display. */
  total(meter: SimulatedMeter, ts: number): number {
    this.advance(meter, ts);
    const total = feederTotal(meter.load, meter.ownTotal, (child) => this.total(this.meters[child]!, ts));
    meter.shownTotal = Math.max(meter.shownTotal, total);
    return meter.shownTotal;
  }

  /** Draw at `ts`: W, or m³/h. */
  draw(meter: SimulatedMeter, ts: number): number {
    const own = this.flows(meter) ? this.undisturbed(meter, ts) + this.extraDraw(meter) : 0;
    return feederPower(meter.load, own, (child) => this.draw(this.meters[child]!, ts));
  }

  private undisturbed({ load }: SimulatedMeter, ts: number): number {
    return load.traits.utility === 'ELECTRICITY' ? load.curve.powerAt(ts) : load.curve.flowAt(ts);
  }

  private extraDraw(meter: SimulatedMeter): number {
    const perHour = meter.load.traits.utility === 'ELECTRICITY' ? MICRO_PER_WATT_HOUR : MICRO_PER_CUBIC_METRE;
    return meter.extraMicroPerHour / perHour;
  }

  /** Sets the extra draw to what the faults ask for at `ts`. */
  retune(meter: SimulatedMeter, ts: number): void {
    this.advance(meter, ts);
    const { faults } = meter;
    if (meter.load.children.length > 0) return;
    const usual = this.undisturbed(meter, ts);
    let extra = meter.raisedW;
    if (faults.overload) {
      extra = Math.max(extra, (overloadTargetW(meter, faults.overload.params) ?? usual) - usual);
    }
    if (faults.extraLoad) extra += usual * (faults.extraLoad.params.factor - 1);
    if (faults.forbiddenHeater) extra += faults.forbiddenHeater.params.powerW;
    if (faults.leak) extra += faults.leak.params.flowM3h;
    const perHour = meter.load.traits.utility === 'ELECTRICITY' ? MICRO_PER_WATT_HOUR : MICRO_PER_CUBIC_METRE;
    meter.extraMicroPerHour = Math.round(extra * perHour);
  }

  /**
   * Drives an overloaded feeder to its target: the meters below share what is missing by the room that their limits leave;
   * what they can't take flows unmeasured.
   */
  driveFeeder(feeder: SimulatedMeter, ts: number): void {
    const target = feeder.faults.overload ? overloadTargetW(feeder, feeder.faults.overload.params) : null;
    const leaves = this.leavesBelow(feeder);
    for (const leaf of leaves) leaf.raisedW = 0;
    if (feeder.extraMicroPerHour !== 0) this.advance(feeder, ts);
    feeder.extraMicroPerHour = 0;
    for (const leaf of leaves) this.retune(leaf, ts);
    if (target === null || !this.flows(feeder)) return;
    const missing = (target - this.draw(feeder, ts)) / (1 + feeder.load.lossPpm / 1e6);
    if (missing <= 0) return;
    const rooms = leaves.map((leaf) => this.headroomW(leaf, ts));
    const room = rooms.reduce((sum, each) => sum + each, 0);
    const share = room === 0 ? 0 : Math.min(1, missing / room);
    leaves.forEach((leaf, at) => {
      leaf.raisedW = Math.floor(rooms[at]! * share);
      this.retune(leaf, ts);
    });
    this.advance(feeder, ts);
    feeder.extraMicroPerHour = Math.max(0, Math.round((missing - room) * MICRO_PER_WATT_HOUR));
  }

  private headroomW(leaf: SimulatedMeter, ts: number): number {
    if (leaf.limitW === null || leaf.faults.overload || !this.flows(leaf)) return 0;
    return Math.max(0, leaf.limitW * RAISE_TO_LIMIT - this.draw(leaf, ts));
  }

  leavesBelow(meter: SimulatedMeter): SimulatedMeter[] {
    return meter.load.children.flatMap((index) => {
      const child = this.meters[index]!;
      return child.load.children.length > 0 ? this.leavesBelow(child) : [child];
    });
  }

  /** Moves the contact; what is below is counted up to this instant first, since it draws differently afterwards. */
  setContact(meter: SimulatedMeter, closed: boolean, ts: number): void {
    this.advance(meter, ts);
    for (const leaf of this.leavesBelow(meter)) this.advance(leaf, ts);
    for (const index of meter.load.children) this.advance(this.meters[index]!, ts);
    meter.contactClosed = closed;
    meter.armed = false;
    if (closed) meter.locallyTripped = false;
  }

  /** The clock was set: forward, what flowed meanwhile counts; back, every register stays where it is. */
  rebase(ts: number): void {
    for (const meter of this.meters) {
      if (ts >= meter.at) this.advance(meter, ts);
      else {
        meter.at = ts;
        meter.curveAt = meter.load.curve.totalAt(ts);
      }
    }
  }
}
