import { measuredValues } from '../../../db/queries/measuredTrace';
import type { ReadingMeasure } from '../../../domain/alarms/alarmMeasure';
import type { ReadDeps } from '../deps';
import { brokenLine, type LoadTrace } from '../rooms/loadTrace';

const READINGS_MAX = 5_000;

/** What an alarm's rule judged, in the unit of its measure, over a short range. Times in ms UTC. */
export interface MeasuredTrace extends Pick<LoadTrace, 'fromMs' | 'toMs' | 'points' | 'gaps'> {
  readonly measure: ReadingMeasure;
}

/** The measure of a meter in [fromMs, toMs]; null where no reading holds it. */
export async function measuredTrace(
  deps: ReadDeps,
  meter: { readonly id: number; readonly intervalMs: number },
  measure: ReadingMeasure,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<MeasuredTrace | null> {
  const rows = await measuredValues(deps.reader, meter.id, measure, {
    fromMs,
    toMs: toMs + 1,
    limit: READINGS_MAX,
  });
  if (rows.length === 0) return null;
  return { measure, fromMs, toMs, ...brokenLine(rows, meter.intervalMs) };
}
