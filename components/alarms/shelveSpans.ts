import { campusZone } from '../../domain/time/campusTime';

/** A length of shelving that is offered. */
export interface ShelveSpan {
  readonly key: 'M15' | 'H1' | 'SHIFT' | 'MAX';
  readonly forMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Shifts change at these hours, campus time. */
const SHIFT_STARTS = [0, 8, 16, 24];
/** An end of shift nearer than this is no offer. */
const SHORTEST_MS = 2 * MINUTE_MS;

/** 15 min, 1 h, the end of the shift and the longest allowed, as far as the limit goes, each length once, ascending. */
export function shelveSpans(now: number, zone: string, limitMs: number): ShelveSpan[] {
  const local = campusZone(zone);
  const day = local.dayAt(now);
  const shiftEnd = SHIFT_STARTS.map((hour) => local.utcOf(day.year, day.month, day.day, hour * 60)).find(
    (at) => at - now >= SHORTEST_MS,
  );
  const offers: ShelveSpan[] = [
    { key: 'M15', forMs: 15 * MINUTE_MS },
    { key: 'H1', forMs: HOUR_MS },
    { key: 'SHIFT', forMs: (shiftEnd ?? now) - now },
    { key: 'MAX', forMs: limitMs },
  ];
  const fitting = offers.filter(
    ({ key, forMs }) => forMs >= SHORTEST_MS && (key === 'MAX' || forMs < limitMs),
  );
  // For P1 the first length is the limit itself, and saying "15 min" is plainer than "longest".
  if (limitMs === 15 * MINUTE_MS) return [{ key: 'M15', forMs: limitMs }];
  return fitting.sort((a, b) => a.forMs - b.forMs);
}
