import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { SimulatedMeter } from './simulatedMeter';
import type { SupplyNetwork } from './supplyNetwork';

/** What meters keep through a power failure. Meters that never left their curve are not listed. */
const meterStateSchema = z.strictObject({
  /** Total minus the undisturbed total at `savedAtMs`, whole µ. */
  offMicro: z.number().int(),
  shiftMicro: z.number().int(),
  contactClosed: z.boolean(),
  armed: z.boolean(),
  keepPowerOn: z.boolean(),
  locallyTripped: z.boolean(),
  limitW: z.number().int().nullable(),
  limitDelayMs: z.number().int(),
  display: z.strictObject({ balance: z.string(), reason: z.string() }).nullable(),
  lastIatMs: z.number().int(),
});
const stateSchema = z.strictObject({
  seed: z.number().int(),
  meterCount: z.number().int(),
  savedAtMs: z.number().int(),
  meters: z.record(z.string(), meterStateSchema),
});
export type FleetState = z.infer<typeof stateSchema>;
type MeterState = z.infer<typeof meterStateSchema>;

/** State of a campus of this seed and size, or null: there is none, or it is of another campus. */
export function readState(path: string, seed: number, meterCount: number): FleetState | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const parsed = stateSchema.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.seed !== seed || parsed.data.meterCount !== meterCount) return null;
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that a crash leaves the old state or the new one. */
export function writeState(path: string, state: FleetState): void {
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, path);
}

/** State of all meters at `nowMs`. */
export function stateOf(network: SupplyNetwork, seed: number, nowMs: number): FleetState {
  const meters: FleetState['meters'] = {};
  for (const meter of network.meters) {
    network.advance(meter, nowMs);
    const state = meterState(meter);
    if (state) meters[meter.code] = state;
  }
  return { seed, meterCount: network.meters.length, savedAtMs: nowMs, meters };
}

function meterState(meter: SimulatedMeter): MeterState | null {
  const offMicro = meter.ownTotal - meter.curveAt;
  const usual =
    offMicro === 0 &&
    meter.shiftMicro === 0 &&
    meter.contactClosed &&
    !meter.keepPowerOn &&
    meter.limitW === meter.load.traits.limitW &&
    meter.display === null &&
    meter.lastIatMs === 0;
  if (usual) return null;
  const { shiftMicro, contactClosed, armed, keepPowerOn, locallyTripped } = meter;
  const { limitW, limitDelayMs, display, lastIatMs } = meter;
  return {
    offMicro,
    shiftMicro,
    contactClosed,
    armed,
    keepPowerOn,
    locallyTripped,
    limitW,
    limitDelayMs,
    display,
    lastIatMs,
  };
}

/** Puts meters that were built for `state.savedAtMs` into the saved state; they count on from there by themselves. */
export function restoreState(network: SupplyNetwork, state: FleetState): void {
  for (const [code, saved] of Object.entries(state.meters)) {
    const meter = network.meter(code);
    if (!meter) continue;
    const { offMicro, ...rest } = saved;
    Object.assign(meter, rest);
    meter.ownTotal = meter.curveAt + offMicro;
  }
}
