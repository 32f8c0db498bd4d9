import type { CampusPlan } from '../plan/campusPlan';
import type { MeterTraits } from '../plan/traits';
import { seedOf } from '../random';
import { LoadCurve } from './loadCurve';

/**
 * The quantities of a whole campus. A feeder measures what its children measure, plus the technical loss, plus what no
 * meter counts; so it is computed from the children's own totals and every difference on screen has a cause.
 */
export interface MeterLoad {
  readonly traits: MeterTraits;
  /** Position in `CampusLoad.meters`; children stand before their feeders. */
  readonly index: number;
  /** Draw of the meter itself; of a feeder, what nobody measures below it. */
  readonly curve: LoadCurve;
  readonly children: readonly number[];
  readonly infeeds: readonly number[];
  readonly lossPpm: number;
  /** Stable number that belongs to this meter, for noise. */
  readonly seed: number;
}

const PPM = 1_000_000;

export class CampusLoad {
  readonly meters: readonly MeterLoad[];
  private readonly byCode = new Map<string, MeterLoad>();

  constructor(readonly plan: CampusPlan) {
    this.meters = inSupplyOrder(plan).map((traits, index) => {
      const seed = seedOf(traits.code, plan.seed);
      const { load } = traits;
      const curve = new LoadCurve({
        profile: load.kind === 'CURVE' ? load.profile : 'LOSS',
        dayMicro: load.kind === 'CURVE' ? load.dayMicro : load.unmeasuredDayMicro,
        seed,
        offsetMs: plan.offsetMs,
        ...(load.later ? { later: load.later } : {}),
      });
      const positions = (codes: readonly string[]) => codes.map((code) => this.byCode.get(code)!.index);
      const meter: MeterLoad = {
        traits,
        index,
        curve,
        children: load.kind === 'FEEDER' ? positions(load.children) : [],
        infeeds: load.kind === 'FEEDER' ? positions(load.infeeds) : [],
        lossPpm: load.kind === 'FEEDER' ? load.lossPpm : 0,
        seed,
      };
      this.byCode.set(traits.code, meter);
      return meter;
    });
  }

  meter(code: string): MeterLoad | undefined {
    return this.byCode.get(code);
  }

  /** Undisturbed totals of all meters at `ts`, whole µ, into `totals` (one place per meter). */
  totalsAt(ts: number, totals: Float64Array): void {
    for (const meter of this.meters) {
      totals[meter.index] = feederTotal(meter, meter.curve.totalAt(ts), (child) => totals[child]!);
    }
  }

  /** Undisturbed power of all meters at `ts`, W (m³/h for water and gas), into `powers`. */
  powersAt(ts: number, powers: Float64Array): void {
    for (const meter of this.meters) {
      const own = meter.traits.utility === 'ELECTRICITY' ? meter.curve.powerAt(ts) : meter.curve.flowAt(ts);
      powers[meter.index] = feederPower(meter, own, (child) => powers[child]!);
    }
  }
}

/** Total of a feeder from its children's totals and what nobody measures; of any other meter `own` itself. Whole µ. */
export function feederTotal(meter: MeterLoad, own: number, totalOf: (index: number) => number): number {
  if (meter.children.length === 0) return own;
  let sum = 0;
  for (const child of meter.children) sum += totalOf(child);
  // Split, so that no product leaves the whole numbers that a double holds.
  const whole = Math.floor(sum / PPM);
  const loss = whole * meter.lossPpm + Math.floor(((sum - whole * PPM) * meter.lossPpm) / PPM);
  let fed = 0;
  for (const infeed of meter.infeeds) fed += totalOf(infeed);
  return sum + loss + own - fed;
}

/** Power of a feeder from its children's; of any other meter `ownW` itself. */
export function feederPower(meter: MeterLoad, ownW: number, powerOf: (index: number) => number): number {
  if (meter.children.length === 0) return ownW;
  let sum = 0;
  for (const child of meter.children) sum += powerOf(child);
  let fed = 0;
  for (const infeed of meter.infeeds) fed += powerOf(infeed);
  return sum * (1 + meter.lossPpm / PPM) + ownW - fed;
}

/** Children before their feeders, otherwise in the order of the plan. */
function inSupplyOrder(plan: CampusPlan): MeterTraits[] {
  const ordered: MeterTraits[] = [];
  const placed = new Set<string>();
  const place = (code: string): void => {
    if (placed.has(code)) return;
    const traits = plan.traits.get(code);
    if (!traits) throw new Error(`the plan names meter ${code} below a feeder but does not describe it`);
    placed.add(code);
    if (traits.load.kind === 'FEEDER')
      for (const below of [...traits.load.children, ...traits.load.infeeds]) place(below);
    ordered.push(traits);
  };
  for (const code of plan.traits.keys()) place(code);
  return ordered;
}
