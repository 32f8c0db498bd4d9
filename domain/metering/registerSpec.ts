import { invalid } from '../errors';
import type { Utility } from './reading';

/** Limits of one register, all in primary µ (already multiplied by ct·pt). */
export interface RegisterSpec {
  /** The value at which the register wraps to 0; null if unknown: then nothing is taken for a rollover. */
  modulusMicro: bigint | null;
  /** One step of the register's last digit. */
  lsbMicro: bigint;
  /** A backwards step of at most this much is jitter or back-flow. */
  jitterMicro: bigint;
  /** 1.1 times what the rating lets through in one hour. */
  capMicroPerHour: bigint;
  /** The profile's counter is volatile: after a reset it counts from 0. */
  resetsToZero: boolean;
}

/** The nameplate values that bound a register. */
export interface MeterRating {
  utility: Utility;
  phases: 1 | 3;
  /** Maximum current at the meter's own terminals (before ct), A. Needed for electricity. */
  imaxA: number | null;
  /** Maximum flow, m³/h. Needed for water and gas. */
  qmaxM3h: number | null;
  /** Wrap value as shown by the register, in µ before ct·pt; null if unknown. */
  modulusMicro: bigint | null;
  /** Decimals of the register, 0–6. */
  registerDecimals: number;
  /** ct·pt, at least 1. */
  multiplier: bigint;
  resetsToZero: boolean;
}

const HOUR_MS = 3_600_000n;
/** 1.1 · 230 V, in µkWh per hour and milliampere. */
const ONE_PHASE_MICRO_PER_MA = 253n;
/** 1.1 · √3 · 400 V, in µkWh per hour and ampere. */
const THREE_PHASE_MICRO_PER_A = 762_102n;
/** Water and gas may flow back this much without meaning anything (domain rule 3.1, 5). */
const BACKFLOW_MICRO = 5_000n;

/** One step of the last digit that a register shows, times what it is multiplied by, µ. */
export function registerLsbMicro(meter: Pick<MeterRating, 'registerDecimals' | 'multiplier'>): bigint {
  return 10n ** BigInt(6 - Math.min(6, Math.max(0, meter.registerDecimals))) * meter.multiplier;
}

/** @throws DomainError `invalid` where the rating that the cap needs is missing or not positive. */
export function registerSpecOf(meter: MeterRating): RegisterSpec {
  const lsbMicro = registerLsbMicro(meter);
  const slackMicro = 2n * lsbMicro;
  const backflowMicro = meter.utility === 'ELECTRICITY' ? 0n : BACKFLOW_MICRO;
  return {
    modulusMicro: meter.modulusMicro === null ? null : meter.modulusMicro * meter.multiplier,
    lsbMicro,
    jitterMicro: slackMicro > backflowMicro ? slackMicro : backflowMicro,
    capMicroPerHour: meterCapMicroPerHour(meter) * meter.multiplier,
    resetsToZero: meter.resetsToZero,
  };
}

function meterCapMicroPerHour(meter: MeterRating): bigint {
  if (meter.utility !== 'ELECTRICITY') {
    if (meter.qmaxM3h === null || !(meter.qmaxM3h > 0)) {
      throw invalid('/qmax', 'RATING_MISSING', 'A water or gas meter needs its maximum flow in m³/h.');
    }
    return BigInt(Math.round(meter.qmaxM3h * 1_100_000));
  }
  if (meter.imaxA === null || !(meter.imaxA > 0)) {
    throw invalid('/imaxA', 'RATING_MISSING', 'An electricity meter needs its maximum current in A.');
  }
  const imaxMilliA = BigInt(Math.round(meter.imaxA * 1_000));
  return meter.phases === 3
    ? (imaxMilliA * THREE_PHASE_MICRO_PER_A) / 1_000n
    : imaxMilliA * ONE_PHASE_MICRO_PER_MA;
}

/**
 * The most that a register may advance in `durationMs`: the cap of domain rule 3.1 plus one step of the last digit, since
 * a counter with coarse digits cannot show less than one step however short the interval is.
 */
export function capMicro(spec: RegisterSpec, durationMs: number): bigint {
  return (spec.capMicroPerHour * BigInt(Math.max(0, Math.floor(durationMs)))) / HOUR_MS + spec.lsbMicro;
}
