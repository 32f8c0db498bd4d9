import type { MeterFaultKind } from './faults';
import type { ReadingItem } from './readingItem';
import type { SimulatedMeter } from './simulatedMeter';

/** Faults that show in a sensor of their own; who has had one keeps telling what the sensor says. */
const SENSED: readonly MeterFaultKind[] = [
  'gasLeak',
  'detectorFault',
  'leakage',
  'overheating',
  'coverOpen',
  'magnet',
  'neutralBypass',
  'imbalance',
];

export const isSensed = (kind: MeterFaultKind): boolean => SENSED.includes(kind);

/** Between a healthy meter's phase and neutral current. */
const NEUTRAL_ERROR = 0.998;
const QUIET_RESIDUAL_A = 0.002;
/** A board in a room, a little warmer than the air. */
const BOARD_C = 34;

/** Adds what sensors of hazards say, and what a fault does to what is measured anyway. */
export function withHazards(meter: SimulatedMeter, item: ReadingItem): ReadingItem {
  const { faults, sensors } = meter;
  const { voltage, reversed } = faults;
  if (voltage && item.u) item.u = round(item.u * voltage.params.factor, 1);
  if (reversed && item.p) item.p = -Math.abs(item.p);
  if (sensors.size === 0) return item;
  if (sensors.has('gasLeak')) item.ch4 = faults.gasLeak?.params.lel ?? 0;
  if (sensors.has('detectorFault')) item.detfault = faults.detectorFault ? 1 : 0;
  if (sensors.has('leakage')) item.ires = faults.leakage?.params.residualA ?? QUIET_RESIDUAL_A;
  if (sensors.has('overheating')) item.temp = faults.overheating?.params.celsius ?? BOARD_C;
  if (sensors.has('coverOpen')) item.cover = faults.coverOpen ? 1 : 0;
  if (sensors.has('magnet')) item.mag = faults.magnet ? 1 : 0;
  const amps = item.i ?? 0;
  if (sensors.has('neutralBypass')) {
    const back = faults.neutralBypass ? 1 - faults.neutralBypass.params.share : NEUTRAL_ERROR;
    item.in = round(amps * back, 3);
  }
  if (sensors.has('imbalance')) {
    const more = faults.imbalance?.params.share ?? 0;
    item.ia = round(amps * (1 + more), 3);
    item.ib = round(amps * (1 - more / 2), 3);
    item.ic = round(amps * (1 - more / 2), 3);
  }
  return item;
}

/** Seconds before the step and after it that a meter keeps of what it measured. */
const EXCERPT_BEFORE_S = 5;
const EXCERPT_AFTER_S = 17;

/** What a meter measured second by second around a load being switched on: its own draw, then the step. */
export function stepExcerpt(baseW: number, stepW: number, powerFactor: number): { p: number[]; q: number[] } {
  const baseVar = baseW * 0.42;
  const stepVar = stepW * Math.sqrt(1 / (powerFactor * powerFactor) - 1);
  const on = Array.from({ length: EXCERPT_BEFORE_S + EXCERPT_AFTER_S }, (_, s) => s >= EXCERPT_BEFORE_S);
  return {
    p: on.map((is) => round(baseW + (is ? stepW : 0), 1)),
    q: on.map((is) => round(baseVar + (is ? stepVar : 0), 1)),
  };
}

function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
