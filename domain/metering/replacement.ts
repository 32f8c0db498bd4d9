import { invalid } from '../errors';
import { baselineState } from './register';
import { registerDelta } from './registerDelta';
import type { RegisterSpec } from './registerSpec';
import type { ChargeableInterval, DiscardedHold, RegisterState } from './registerVerdict';

/** What was read from both meters when they were swapped, in primary µ of the meter concerned. */
export interface MeterExchange {
  atMs: number;
  endMicro: bigint;
  startMicro: bigint;
  /** A person confirmed an end register that exceeds the old meter's rating since its last reading. */
  confirmed?: boolean;
}

export interface ReplacementVerdict {
  /** (last accepted, exchange] of the old meter; null if it never had a baseline. */
  closing: ChargeableInterval | null;
  /** Held readings of the old meter: its end register refutes or replaces them. */
  discarded: DiscardedHold[];
  /** The new meter's register state: its start register is the baseline. */
  newState: RegisterState;
}

/**
 * Closes the old meter at its end register and opens the new one at its start register (domain rule 3.1, 6):
 * unbilled = (end − last) + (value − start), the second part coming with the new meter's first reading.
 * @throws DomainError `invalid` if the end register lies before the last accepted one, or above the rating unconfirmed.
 */
export function replaceMeter(
  oldSpec: RegisterSpec,
  oldState: RegisterState | null,
  exchange: MeterExchange,
  newEpoch = 0,
): ReplacementVerdict {
  const start = { tsMs: exchange.atMs, valueMicro: exchange.startMicro };
  const newState = baselineState(newEpoch, start);
  if (!oldState) return { closing: null, discarded: [], newState };
  if (exchange.atMs < oldState.lastMs) {
    throw invalid('/at', 'BEFORE_LAST_READING', 'The exchange is earlier than the last accepted reading.');
  }
  const last = { tsMs: oldState.lastMs, valueMicro: oldState.lastMicro };
  const end = { tsMs: exchange.atMs, valueMicro: exchange.endMicro };
  const delta = registerDelta(oldSpec, last, end);
  let quantityMicro = delta.quantityMicro;
  if (delta.kind === 'BELOW') {
    throw invalid('/endReg', 'END_BEFORE_LAST', 'The end register is lower than the last accepted reading.');
  }
  if (delta.kind === 'ABOVE_CAP') {
    if (!exchange.confirmed) {
      throw invalid(
        '/endReg',
        'END_IMPLAUSIBLE',
        'The end register exceeds what the meter could have counted.',
      );
    }
    quantityMicro = exchange.endMicro - oldState.lastMicro;
  }
  const discarded: DiscardedHold[] = [];
  if (oldState.lowHold) {
    discarded.push({
      kind: 'RESET_CANDIDATE',
      fromMs: oldState.lowHold.first.tsMs,
      toMs: oldState.lowHold.last.tsMs,
    });
  }
  if (oldState.highHold) {
    discarded.push({
      kind: 'SPIKE',
      fromMs: oldState.highHold.first.tsMs,
      toMs: oldState.highHold.last.tsMs,
    });
  }
  return {
    closing: {
      epoch: oldState.epoch,
      fromMs: oldState.lastMs,
      toMs: exchange.atMs,
      fromMicro: oldState.lastMicro,
      toMicro: exchange.endMicro,
      quantityMicro,
      approved: delta.kind === 'ABOVE_CAP',
    },
    discarded,
    newState,
  };
}
