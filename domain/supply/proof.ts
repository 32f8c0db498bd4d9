/** Electrical or flow quantities of one reading that can prove a switch; absent or null = not measured. */
export interface ProofReading {
  /** Effective time, ms UTC. */
  readonly at: number;
  readonly relay?: number | null;
  readonly powerW?: number | null;
  readonly currentA?: number | null;
  readonly voltageV?: number | null;
  readonly valve?: number | null;
  readonly flowM3PerHour?: number | null;
}

/** What the meter is able to show. `powerMaxW` is its rated power. */
export interface ProofMeter {
  readonly phases: 1 | 3;
  readonly powerMaxW: number;
  /** True if the profile measures voltage on the load side. */
  readonly measuresVoltage: boolean;
}

export type ProofQuantity = 'relay' | 'powerW' | 'currentA' | 'voltageV' | 'valve' | 'flowM3PerHour';

/**
 * PROVEN: the reading shows what was commanded. NOT_NEWER: not after the acknowledgement. INCOMPLETE: a needed quantity is
 * missing. SETTLING: right position, but not long enough. CONTRADICTED: it shows otherwise; `weldOrBypass` when the relay
 * says open and power flows on.
 */
export type ProofVerdict =
  | { readonly verdict: 'PROVEN' }
  | { readonly verdict: 'NOT_NEWER' | 'SETTLING' }
  | { readonly verdict: 'INCOMPLETE'; readonly missing: readonly ProofQuantity[] }
  | { readonly verdict: 'CONTRADICTED'; readonly weldOrBypass: boolean };

const PROVEN: ProofVerdict = { verdict: 'PROVEN' };
const CONTRADICTED: ProofVerdict = { verdict: 'CONTRADICTED', weldOrBypass: false };

/** Current (A) at or below which a single-phase circuit counts as open. */
export const OPEN_CURRENT_MAX_A = 0.05;
/** Voltage (V) from which a phase counts as present: half of the nominal 230 V. */
export const VOLTAGE_PRESENT_MIN_V = 115;
const VALVE_SETTLE_MS = 60_000;

/** Power (W) at or below which a circuit counts as open: the larger of 5 W and 0.1 % of the meter's rated power. */
export function openPowerMaxW(powerMaxW: number): number {
  return Math.max(5, powerMaxW / 1_000);
}

/**
 * How long telemetry has to prove an executed command: two intervals and 30 s, at most 120 s; a valve that shuts has the
 * time besides for which it must be seen shut.
 */
export function proofWindowMs(op: string, intervalMs: number): number {
  return Math.min(2 * intervalMs + 30_000, 120_000) + (op === 'valve_close' ? VALVE_SETTLE_MS : 0);
}

/** True when a relay that reports open still carries power: RELAY_WELD_OR_BYPASS. */
export function isWeldOrBypass(reading: ProofReading, meter: ProofMeter): boolean {
  return (
    reading.relay === 0 &&
    typeof reading.powerW === 'number' &&
    Math.abs(reading.powerW) > openPowerMaxW(meter.powerMaxW)
  );
}

/**
 * Judges one reading against a relay command that was acknowledged at `ackAt`. Disconnect: relay 0, P ≤ max(5 W, 0.1 % of
 * rated power) and, single-phase, I ≤ 0.05 A. Connect: relay 1 and voltage present if the meter measures it; P may be 0.
 */
export function judgeRelayProof(
  op: 'disconnect' | 'connect',
  ackAt: number,
  reading: ProofReading,
  meter: ProofMeter,
): ProofVerdict {
  if (reading.at <= ackAt) return { verdict: 'NOT_NEWER' };
  const needed = op === 'disconnect' ? neededToOpen(meter) : neededToClose(meter);
  if (op === 'disconnect' && isWeldOrBypass(reading, meter))
    return { verdict: 'CONTRADICTED', weldOrBypass: true };
  if (typeof reading.relay === 'number' && reading.relay !== (op === 'connect' ? 1 : 0)) return CONTRADICTED;
  const missing = needed.filter((quantity) => typeof reading[quantity] !== 'number');
  if (missing.length > 0) return { verdict: 'INCOMPLETE', missing };
  if (op === 'connect')
    return !meter.measuresVoltage || reading.voltageV! >= VOLTAGE_PRESENT_MIN_V ? PROVEN : CONTRADICTED;
  const dead = meter.phases === 3 || Math.abs(reading.currentA!) <= OPEN_CURRENT_MAX_A;
  return dead ? PROVEN : CONTRADICTED;
}

function neededToOpen(meter: ProofMeter): ProofQuantity[] {
  return meter.phases === 1 ? ['relay', 'powerW', 'currentA'] : ['relay', 'powerW'];
}

function neededToClose(meter: ProofMeter): ProofQuantity[] {
  return meter.measuresVoltage ? ['relay', 'voltageV'] : ['relay'];
}

/**
 * Judges a valve command by the readings since its acknowledgement, in time order. Closing is proven by position closed and
 * flow 0 held for 60 s; opening by position open.
 */
export function judgeValveProof(
  op: 'valve_close' | 'valve_open',
  ackAt: number,
  readings: readonly ProofReading[],
): ProofVerdict {
  const newer = readings.filter((reading) => reading.at > ackAt);
  const last = newer.at(-1);
  if (!last) return { verdict: 'NOT_NEWER' };
  if (typeof last.valve !== 'number') return { verdict: 'INCOMPLETE', missing: ['valve'] };
  if (last.valve === 2) return { verdict: 'SETTLING' };
  if (last.valve !== (op === 'valve_open' ? 1 : 0)) return CONTRADICTED;
  if (op === 'valve_open') return PROVEN;
  if (typeof last.flowM3PerHour !== 'number') return { verdict: 'INCOMPLETE', missing: ['flowM3PerHour'] };
  if (last.flowM3PerHour !== 0) return { verdict: 'CONTRADICTED', weldOrBypass: true };
  const firstShut = newer.findLastIndex((reading) => reading.valve !== 0 || reading.flowM3PerHour !== 0) + 1;
  return last.at - newer[firstShut]!.at >= VALVE_SETTLE_MS ? PROVEN : { verdict: 'SETTLING' };
}

/** Priority of CUT_NOT_PROVEN: P1 if current still flows or the cause is SAFETY, else P2. */
export function cutNotProvenPriority(powerFlows: boolean, causeIsSafety: boolean): 'P1' | 'P2' {
  return powerFlows || causeIsSafety ? 'P1' : 'P2';
}
