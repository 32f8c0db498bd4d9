import { swing } from '../random';
import type { MeterLoad } from './campusLoad';
import { PROFILES } from './profiles';

/** What a meter measures besides its register, rounded as its display rounds. */
export interface Measured {
  powerW: number | null;
  voltageV: number | null;
  currentA: number | null;
  pf: number | null;
  flowM3h: number | null;
}

const NOMINAL_V = 232;
const FEEDER_POWER_FACTOR = 0.93;

/** An appliance within a load, with a power factor of its own. */
export interface Appliance {
  readonly powerW: number;
  readonly powerFactor: number;
}

/**
 * Power, voltage, current and power factor for a load of `loadW` at `ts` (flow for water and gas). Voltage sags a little in
 * the evening and where the load is; `supplied` false: no voltage on the load side. Reactive power of the `appliance` adds to
 * that of the rest, as their active power does.
 */
export function measure(
  meter: MeterLoad,
  ts: number,
  load: number,
  supplied = true,
  appliance: Appliance | null = null,
): Measured {
  const { traits, seed } = meter;
  const second = Math.floor(ts / 1_000);
  if (traits.utility !== 'ELECTRICITY') {
    return { powerW: null, voltageV: null, currentA: null, pf: null, flowM3h: round(load, 3) };
  }
  const powerW = round(load * (1 + 0.004 * swing(seed, second, 40)), 1);
  const voltageV = supplied ? round(NOMINAL_V - sag(ts) + 0.9 * swing(seed, second, 41), 1) : 0;
  const usual = Math.min(1, typicalPowerFactor(meter) + 0.008 * swing(seed, second, 42));
  const pf = powerW > 1 ? round(appliance ? togetherFactor(powerW, usual, appliance) : usual, 3) : 1;
  const phaseW = powerW / traits.phases;
  const currentA = voltageV > 0 ? round(Math.abs(phaseW) / (voltageV * pf), 3) : 0;
  return { powerW, voltageV, currentA, pf, flowM3h: null };
}

function typicalPowerFactor({ traits }: MeterLoad): number {
  return traits.load.kind === 'CURVE' ? PROFILES[traits.load.profile].powerFactor : FEEDER_POWER_FACTOR;
}

/** Power factor of a load of which the appliance is a part. */
function togetherFactor(powerW: number, usual: number, appliance: Appliance): number {
  const applianceW = Math.min(powerW, appliance.powerW);
  const reactiveVar = reactiveOf(powerW - applianceW, usual) + reactiveOf(applianceW, appliance.powerFactor);
  return powerW / Math.hypot(powerW, reactiveVar);
}

const reactiveOf = (powerW: number, powerFactor: number): number =>
  powerW * Math.sqrt(1 / (powerFactor * powerFactor) - 1);

/** Campus-wide dip of the voltage, V: deepest around 20:30 of a zone eight hours east, slow enough to look like a grid. */
function sag(ts: number): number {
  const hour = ((ts / 3_600_000 + 8) % 24) - 20.5;
  const distance = Math.min(Math.abs(hour), 24 - Math.abs(hour));
  return 4.5 * Math.exp(-(distance * distance) / 12);
}

function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
