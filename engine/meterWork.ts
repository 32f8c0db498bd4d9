import type { ReadingRow } from '../db/queries/ingest';
import type { MeterStateRow } from '../db/queries/meterStates';
import type { RegisterReading } from '../domain/metering/reading';
import type { HeldChain, RegisterState } from '../domain/metering/registerVerdict';
import type { MeterEntry } from './registry';

interface StoredChain {
  n: number;
  f: [number, string];
  s: [number, string] | null;
  l: [number, string];
  /** Held for its charge. */
  c?: boolean;
}

const storeReading = (r: RegisterReading): [number, string] => [r.tsMs, r.valueMicro.toString()];
const readReading = ([tsMs, value]: [number, string]): RegisterReading => ({
  tsMs,
  valueMicro: BigInt(value),
});

const storeChain = (chain: HeldChain | null): StoredChain | null =>
  chain && {
    n: chain.count,
    f: storeReading(chain.first),
    s: chain.second && storeReading(chain.second),
    l: storeReading(chain.last),
    ...(chain.charge ? { c: true } : {}),
  };

const readChain = (stored: StoredChain | null): HeldChain | null =>
  stored && {
    count: stored.n,
    first: readReading(stored.f),
    second: stored.s && readReading(stored.s),
    last: readReading(stored.l),
    charge: stored.c ?? false,
  };

/** One meter while a transaction works on it. */
export class MeterWork {
  /** Readings to add, by instant. */
  readonly fresh = new Map<number, ReadingRow>();
  register: RegisterState | null;

  constructor(
    readonly meter: MeterEntry,
    readonly state: MeterStateRow,
  ) {
    this.register = registerOf(state);
  }

  /** The row to store: the state itself, with the register put into it. */
  stateRow(): MeterStateRow {
    const { register, state } = this;
    if (!register) return state;
    const held = register.lowHold || register.highHold;
    state.epoch = register.epoch;
    state.baseMs = register.lastMs;
    state.baseMicro = register.lastMicro;
    state.held = held ? { low: storeChain(register.lowHold), high: storeChain(register.highHold) } : null;
    return state;
  }
}

function registerOf(state: MeterStateRow): RegisterState | null {
  if (state.baseMs === null || state.baseMicro === null) return null;
  const held = state.held as { low: StoredChain | null; high: StoredChain | null } | null;
  return {
    epoch: state.epoch,
    lastMs: state.baseMs,
    lastMicro: state.baseMicro,
    lowHold: held ? readChain(held.low) : null,
    highHold: held ? readChain(held.high) : null,
  };
}
