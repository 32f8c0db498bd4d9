import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';
import { unit } from '../../simulator/random';
import type { Incident } from './placeIncidents';

const DAY_MS = 86_400_000;
/** Of the random numbers. */
const CALM_STREAM = 77;

/** How much of the month is looked at. */
export interface Looks {
  /** Score the rules over closed hours alone, which takes minutes where all readings take an hour. */
  readonly hoursOnly: boolean;
  /**
   * Share of the meters that are read every day. The others are read on the days of their incidents, the day before and the day
   * after, which finds what there is to find in a tenth of the time; of what is said without cause it sees less.
   */
  readonly calmShare: number;
}

/** Whether an incident shows at a meter. */
const concerns = ({ kind, meter }: Incident, one: SimulatedMeter): boolean =>
  meter === one || (kind.spreads !== undefined && meter.load.children.includes(one.load.index));

/** On which days of the month a meter is read, from 0. */
export function readingDays(
  meter: SimulatedMeter,
  incidents: readonly Incident[],
  calmShare: number,
  month: { readonly seed: number; readonly monthMs: number; readonly days: number },
): ReadonlySet<number> {
  if (unit(month.seed + meter.load.seed, CALM_STREAM) < calmShare)
    return new Set(Array.from({ length: month.days }, (_, day) => day));
  const days = new Set<number>();
  const dayOf = (ms: number) => Math.floor((ms - month.monthMs) / DAY_MS);
  for (const { fromMs, toMs } of incidents.filter((incident) => concerns(incident, meter))) {
    const last = Math.min(month.days - 1, dayOf(toMs) + 1);
    for (let day = Math.max(0, dayOf(fromMs) - 1); day <= last; day++) days.add(day);
  }
  return days;
}
