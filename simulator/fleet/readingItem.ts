import { measure } from '../load/electrical';
import { registerText } from '../load/registerText';
import { withHazards } from './hazards';
import type { SimulatedMeter } from './simulatedMeter';
import type { SupplyNetwork } from './supplyNetwork';

/** One reading as it stands in a message of the native dialect; `ts` is the meter's own clock. */
export interface ReadingItem {
  id: string;
  ts: number;
  seq: number;
  ea?: string;
  vol?: string;
  p?: number;
  u?: number;
  i?: number;
  pf?: number;
  relay?: 0 | 1;
  valve?: 0 | 1 | 2;
  flow?: number;
  /** Sensors of hazards, of meters that have had one; docs/mqtt.md names them. */
  ch4?: number;
  detfault?: 0 | 1;
  ires?: number;
  temp?: number;
  cover?: 0 | 1;
  mag?: 0 | 1;
  in?: number;
  ia?: number;
  ib?: number;
  ic?: number;
}

/** What the meter measures at `ts`. */
export function readMeter(network: SupplyNetwork, meter: SimulatedMeter, ts: number): ReadingItem {
  const { traits } = meter.load;
  meter.seq = (meter.seq + 1) >>> 0;
  const item: ReadingItem = { id: traits.code, ts: ts + meter.driftMs, seq: meter.seq };
  const text = shownRegister(network, meter, ts);
  const appliance = meter.faults.forbiddenHeater?.params ?? null;
  const measured = measure(meter.load, ts, network.draw(meter, ts), network.supplied(meter), appliance);
  if (traits.utility === 'ELECTRICITY') {
    item.ea = text;
    item.p = measured.powerW!;
    item.u = measured.voltageV!;
    item.i = measured.currentA!;
    item.pf = measured.pf!;
    if (traits.hasRelay) item.relay = meter.contactClosed ? 1 : 0;
  } else {
    item.vol = text;
    item.flow = measured.flowM3h!;
    if (traits.hasRelay) item.valve = meter.valveMoving ? 2 : meter.contactClosed ? 1 : 0;
  }
  return withHazards(meter, item);
}

/** Register on the display at `ts`, decimal text. */
export function shownRegister(network: SupplyNetwork, meter: SimulatedMeter, ts: number): string {
  return registerAtTotal(meter, network.total(meter, ts));
}

/** Register on the display for a total of the meter. */
export function registerAtTotal(meter: SimulatedMeter, total: number): string {
  const { traits } = meter.load;
  return registerText(traits.startMicro + total + meter.shiftMicro, traits);
}

/** Readings that the meter hands in now in place of `item`, after its faults had their say. */
export function afterFaults(meter: SimulatedMeter, item: ReadingItem): ReadingItem[] {
  const { faults } = meter;
  if (faults.silent) return [];
  const said = withFalseRegister(meter, faults.frozen ? frozen(meter, item) : item);
  if (faults.gapBackfill) {
    meter.heldBack.push(said);
    return [];
  }
  if (faults.outOfOrder) {
    if (meter.heldBack.length === 0) {
      meter.heldBack.push(said);
      return [];
    }
    return [said, ...meter.heldBack.splice(0)];
  }
  const readings = [...meter.heldBack.splice(0), ...(meter.repeatNext ? [meter.repeatNext] : []), said];
  meter.repeatNext = null;
  if (faults.duplicate) {
    readings.push(said);
    meter.repeatNext = said;
  }
  return readings;
}

function frozen(meter: SimulatedMeter, item: ReadingItem): ReadingItem {
  if (meter.frozenAs === null) {
    const { id: _id, ts: _ts, seq: _seq, ...values } = item;
    meter.frozenAs = values;
  }
  return { ...item, ...meter.frozenAs };
}

/** Spikes and false zeros wear off after the readings that they were given for. */
function withFalseRegister(meter: SimulatedMeter, item: ReadingItem): ReadingItem {
  const { spike, falseZero } = meter.faults;
  const told = falseZero ?? spike;
  if (!told) return item;
  const shown = item.ea ?? item.vol ?? '0';
  const text = falseZero ? '0.000' : (spike?.params.register ?? String(Math.floor(Number(shown)) + 50_000));
  told.params.count -= 1;
  if (told.params.count <= 0) delete meter.faults[falseZero ? 'falseZero' : 'spike'];
  return item.ea === undefined ? { ...item, vol: text } : { ...item, ea: text };
}
