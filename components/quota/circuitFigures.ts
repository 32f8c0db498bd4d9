import { formatDifference, formatPercent, LONG_DASH, withUnit } from '../ui/format';
import type { CircuitRow } from './quotaTypes';
import { percentOf } from './quotaUnit';

/** What is told of a circuit and of all together. */
export type Figures = Pick<
  CircuitRow,
  'usedMicro' | 'afterMicro' | 'closedMicro' | 'comparedMicro' | 'completeness'
>;

/** Change of the closed days against the period compared with, signed percent. */
export function changeOf({ closedMicro, comparedMicro }: Figures): string {
  if (closedMicro === null || comparedMicro === null || comparedMicro === 0n) return LONG_DASH;
  const percent = (Number(closedMicro - comparedMicro) / Number(comparedMicro)) * 100;
  return withUnit(formatDifference(percent, Math.abs(percent) < 9.95 ? 1 : 0), '%');
}

/** Share of after-hours use. */
export function shareOf({ usedMicro, afterMicro }: Figures): string {
  return formatPercent(percentOf(afterMicro, usedMicro));
}

/** Share of hourly values that were measured; never "100" while one is missing. */
export function dataOf({ completeness: { measured, expected } }: Figures): string {
  if (expected === 0) return LONG_DASH;
  if (measured === expected) return formatPercent(100);
  return withUnit((Math.floor((measured / expected) * 1_000) / 10).toFixed(1), '%');
}

export function isComplete({ completeness: { measured, expected } }: Figures): boolean {
  return measured === expected;
}
