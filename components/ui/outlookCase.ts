/** Which sentence a feeder's outlook takes. */
export type OutlookCase = 'calm' | 'warn' | 'over' | 'warned' | 'warnedThenOver' | 'isOver';

/**
 * The sentence for when 80 % and 100 % of a rating are reached: what is so already, or within this hour, is no expectation with a time.
 * @param warnMs when 80 %, `overMs` when 100 %, ms UTC; null: not in the hours ahead
 */
export function outlookCase(warnMs: number | null, overMs: number | null, nowMs: number): OutlookCase {
  if (warnMs === null) return 'calm';
  if (overMs === null) return warnMs <= nowMs ? 'warned' : 'warn';
  if (overMs <= nowMs) return 'isOver';
  return warnMs <= nowMs ? 'warnedThenOver' : 'over';
}
