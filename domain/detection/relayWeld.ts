import { openPowerMaxW } from '../supply/proof';
import type { StreamingRule } from './streamingRule';

export interface RelayWeldParams {
  /** Power through an open relay from which it counts, W. */
  readonly limitW: number;
}

const LEAST_W = 20;
const NOMINAL_V = 230;
/** Readings in a row that decide; later ones say nothing new. */
const SAMPLES = 2;

/** @param imaxA what the meter carries, A */
export function relayWeldParams(phases: 1 | 3, imaxA: number): RelayWeldParams {
  return { limitW: Math.max(LEAST_W, openPowerMaxW(phases * NOMINAL_V * imaxA)) };
}

/**
 * Power through an open relay, in two readings in a row: it welded, or somebody bridged it. Over with the first reading without.
 * State: how many readings in a row. Source: domain.md 5, tamper.
 */
export const relayWeldRule: StreamingRule<number, RelayWeldParams> = {
  code: 'RELAY_WELD_OR_BYPASS',
  unit: 'W',
  initial: 0,
  stirs: (state, { measured: { relay, powerW } }, { limitW }) =>
    relay !== null && powerW !== null && (state !== undefined || flowsThrough(relay, powerW, limitW)),
  step(state, { at, measured: { relay, powerW } }, { limitW }) {
    if (relay === null || powerW === null) return { state, signal: null };
    const flows = flowsThrough(relay, powerW, limitW);
    const count = flows ? Math.min(state + 1, SAMPLES + 1) : 0;
    const told = flows ? count === SAMPLES : state >= SAMPLES;
    if (!told) return { state: count, signal: null };
    return {
      state: count,
      signal: {
        kind: flows ? 'RAISE' : 'RETURN',
        at,
        priority: null,
        value: powerW,
        limit: limitW,
        detail: { relay },
      },
    };
  },
  isQuiet: (state) => state === 0,
};

const flowsThrough = (relay: number, powerW: number, limitW: number): boolean =>
  relay === 0 && Math.abs(powerW) > limitW;
