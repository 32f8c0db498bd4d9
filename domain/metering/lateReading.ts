import type { RegisterReading } from './reading';
import { registerDelta } from './registerDelta';
import type { RegisterSpec } from './registerSpec';

/** A part (fromMs, toMs] of what a late reading divides. */
export interface LatePart {
  fromMs: number;
  toMs: number;
  fromMicro: bigint;
  toMicro: bigint;
  quantityMicro: bigint;
}

/**
 * SPLIT: the charges over (prev, next] are superseded by the two parts. NEW_BASELINE: the reading is the epoch's new first
 * one and the part up to the old first is charged. APPEND: newest of a closed epoch, one part. JITTER: stored, divides
 * nothing. QUARANTINE: does not fit between its neighbours.
 */
export type LateVerdict =
  | { kind: 'SPLIT' | 'NEW_BASELINE' | 'APPEND'; parts: LatePart[] }
  | { kind: 'JITTER' }
  | { kind: 'QUARANTINE'; reason: 'ORDER' | 'SPIKE' | 'RESET_CANDIDATE' };

/**
 * Judges a reading that is older than the register's last accepted one, against its neighbours of the same epoch among the
 * readings that bound charges (jitter and held ones do not). `prev` null: older than the epoch's first; that one must then
 * not be a given start register (`baselineFixed`). Rollover and jitter count on both sides.
 */
export function checkLate(
  spec: RegisterSpec,
  prev: RegisterReading | null,
  reading: RegisterReading,
  next: RegisterReading | null,
  baselineFixed = false,
): LateVerdict {
  if (!prev && (!next || baselineFixed)) return { kind: 'QUARANTINE', reason: 'ORDER' };
  const before = prev && registerDelta(spec, prev, reading);
  const after = next && registerDelta(spec, reading, next);
  if (before?.kind === 'ABOVE_CAP') return { kind: 'QUARANTINE', reason: after ? 'ORDER' : 'SPIKE' };
  if (before?.kind === 'BELOW') return { kind: 'QUARANTINE', reason: after ? 'ORDER' : 'RESET_CANDIDATE' };
  if (after?.kind === 'ABOVE_CAP' || after?.kind === 'BELOW') return { kind: 'QUARANTINE', reason: 'ORDER' };
  if (before?.kind === 'JITTER' || after?.kind === 'JITTER') return { kind: 'JITTER' };
  const parts: LatePart[] = [];
  if (prev && before) parts.push(part(prev, reading, before.quantityMicro));
  if (next && after) parts.push(part(reading, next, after.quantityMicro));
  if (prev && next && before && after) {
    const whole = registerDelta(spec, prev, next).quantityMicro;
    // A detour over the wrap would charge a whole modulus too much.
    if (before.quantityMicro + after.quantityMicro !== whole) return { kind: 'QUARANTINE', reason: 'ORDER' };
    return { kind: 'SPLIT', parts };
  }
  return { kind: prev ? 'APPEND' : 'NEW_BASELINE', parts };
}

function part(from: RegisterReading, to: RegisterReading, quantityMicro: bigint): LatePart {
  return {
    fromMs: from.tsMs,
    toMs: to.tsMs,
    fromMicro: from.valueMicro,
    toMicro: to.valueMicro,
    quantityMicro,
  };
}
