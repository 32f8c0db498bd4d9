import { randomInt } from 'node:crypto';
import { type BulkDirection, planWaves, type WaveTarget } from '../../domain/supply/bulkJob';

const CHANCE_STEPS = 2 ** 32;

/** When each point's turn comes, ms after the start, in the order given (`planWaves`). */
export function planTurns(targets: readonly WaveTarget[], direction: BulkDirection): number[] {
  return planWaves(targets, direction, () => randomInt(CHANCE_STEPS) / CHANCE_STEPS);
}
