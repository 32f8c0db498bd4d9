import type { RegisterReading } from './reading';
import { capMicro, type RegisterSpec } from './registerSpec';

/**
 * FORWARD and ROLLOVER are chargeable; JITTER is a step back within the slack, worth 0; ABOVE_CAP is more than the rating
 * lets through; BELOW is a lower value that no rollover explains.
 */
export type DeltaKind = 'FORWARD' | 'ROLLOVER' | 'JITTER' | 'ABOVE_CAP' | 'BELOW';

export interface RegisterDelta {
  kind: DeltaKind;
  /** 0 unless FORWARD or ROLLOVER. */
  quantityMicro: bigint;
}

/** The advance from one reading to a later one of the same epoch; jitter is tested before rollover. */
export function registerDelta(spec: RegisterSpec, from: RegisterReading, to: RegisterReading): RegisterDelta {
  const difference = to.valueMicro - from.valueMicro;
  const cap = capMicro(spec, to.tsMs - from.tsMs);
  const { modulusMicro, jitterMicro } = spec;
  if (difference >= 0n) {
    if (difference <= cap) return { kind: 'FORWARD', quantityMicro: difference };
    // One step back across the wrap (0.00 to 999999.99) is jitter too, not a jump by the whole modulus.
    const backAcrossWrap =
      modulusMicro !== null && difference < modulusMicro && modulusMicro - difference <= jitterMicro;
    return { kind: backAcrossWrap ? 'JITTER' : 'ABOVE_CAP', quantityMicro: 0n };
  }
  if (-difference <= jitterMicro) return { kind: 'JITTER', quantityMicro: 0n };
  if (modulusMicro !== null) {
    const wrapped = difference + modulusMicro;
    if (wrapped >= 0n && wrapped <= cap) return { kind: 'ROLLOVER', quantityMicro: wrapped };
  }
  return { kind: 'BELOW', quantityMicro: 0n };
}

/** Whether the later reading could follow the earlier one on a sound meter. */
export function follows(spec: RegisterSpec, from: RegisterReading, to: RegisterReading): boolean {
  if (to.tsMs <= from.tsMs) return false;
  const { kind } = registerDelta(spec, from, to);
  return kind !== 'ABOVE_CAP' && kind !== 'BELOW';
}
