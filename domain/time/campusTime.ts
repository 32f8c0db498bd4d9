import { invalid } from '../errors';

/** Local wall time of an instant. `month` 1–12, `weekday` 1 (Monday) to 7 (Sunday). */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
}

/**
 * One local day as the half-open span [startMs, endMs) of UTC milliseconds; 23, 24 or 25 hours long, other
 * lengths where a zone moved by less or more. `weekday` 1 (Monday) to 7 (Sunday); `dateKey` is `YYYY-MM-DD`.
 */
export interface LocalDay {
  startMs: number;
  endMs: number;
  year: number;
  month: number;
  day: number;
  weekday: number;
  dateKey: string;
}

interface OffsetSpan {
  fromMs: number;
  toMs: number;
  offsetMs: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Days kept in memory per zone; about five and a half years, far above what one process touches at a time. */
const DAY_CACHE_LIMIT = 2_048;

/**
 * Campus-local time of one IANA zone. Offsets are read from the runtime's tz database once per calendar year and kept as
 * spans, so that a lookup per reading costs a comparison. An edge given in wall time lies at the first instant at which the
 * local clock has reached it: the first occurrence inside a repeated hour, the instant of the change inside a skipped one.
 */
export class CampusZone {
  private readonly format: Intl.DateTimeFormat;
  private readonly yearSpans = new Map<number, OffsetSpan[]>();
  private readonly days = new Map<number, LocalDay>();
  private lastSpan: OffsetSpan = { fromMs: 0, toMs: 0, offsetMs: 0 };
  private lastDay: LocalDay | null = null;

  /** @throws DomainError `invalid` `UNKNOWN_ZONE` if the runtime's tz database does not know `iana`. */
  constructor(readonly iana: string) {
    try {
      this.format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
        timeZone: iana,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      throw invalid('/tz', 'UNKNOWN_ZONE', `The time zone "${iana}" is not an IANA zone name.`);
    }
  }

  /** Local time minus UTC at this instant, in ms. */
  offsetMsAt(tsMs: number): number {
    return this.spanAt(tsMs).offsetMs;
  }

  /** Wall-clock parts of an instant. */
  wallAt(tsMs: number): WallTime {
    const local = new Date(tsMs + this.offsetMsAt(tsMs));
    return {
      year: local.getUTCFullYear(),
      month: local.getUTCMonth() + 1,
      day: local.getUTCDate(),
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes(),
      second: local.getUTCSeconds(),
      weekday: ((local.getUTCDay() + 6) % 7) + 1,
    };
  }

  /**
   * The instant of a wall time given as date and minutes after local 00:00 (0–1440; 1440 is the next midnight). Days and
   * months outside their range roll over as in `Date.UTC`.
   */
  utcOf(year: number, month: number, day: number, minuteOfDay = 0): number {
    return this.instantOf(Date.UTC(year, month - 1, day) + minuteOfDay * MINUTE_MS);
  }

  /** The local day that an instant belongs to; local midnight belongs to the day that it begins. */
  dayAt(tsMs: number): LocalDay {
    const last = this.lastDay;
    if (last && tsMs >= last.startMs && tsMs < last.endMs) return last;
    let dayNumber = Math.floor((tsMs + this.offsetMsAt(tsMs)) / DAY_MS);
    let day = this.dayOfNumber(dayNumber);
    // The wall date alone is ambiguous where clocks go back across midnight; the day edges decide.
    while (tsMs >= day.endMs) day = this.dayOfNumber(++dayNumber);
    while (tsMs < day.startMs) day = this.dayOfNumber(--dayNumber);
    this.lastDay = day;
    return day;
  }

  /** First instant of the local day that contains `tsMs`. */
  localDayStart(tsMs: number): number {
    return this.dayAt(tsMs).startMs;
  }

  /** The first local midnight strictly after `tsMs`. */
  localMidnightAfter(tsMs: number): number {
    return this.dayAt(tsMs).endMs;
  }

  /** First instant of the local calendar month that contains `tsMs`. */
  monthStart(tsMs: number): number {
    const day = this.dayAt(tsMs);
    return this.utcOf(day.year, day.month, 1);
  }

  /** First instant of the following local calendar month. */
  nextMonthStart(tsMs: number): number {
    const day = this.dayAt(tsMs);
    return this.utcOf(day.year, day.month + 1, 1);
  }

  /** First instant of the local calendar year that contains `tsMs`. */
  yearStart(tsMs: number): number {
    return this.utcOf(this.dayAt(tsMs).year, 1, 1);
  }

  /** 1 (Monday) to 7 (Sunday). */
  weekday(tsMs: number): number {
    return this.dayAt(tsMs).weekday;
  }

  /** ISO date of the local day, `YYYY-MM-DD`. */
  dateKey(tsMs: number): string {
    return this.dayAt(tsMs).dateKey;
  }

  private dayOfNumber(dayNumber: number): LocalDay {
    const known = this.days.get(dayNumber);
    if (known) return known;
    const date = new Date(dayNumber * DAY_MS);
    const day: LocalDay = {
      startMs: this.instantOf(dayNumber * DAY_MS),
      endMs: this.instantOf((dayNumber + 1) * DAY_MS),
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      weekday: ((date.getUTCDay() + 6) % 7) + 1,
      dateKey: date.toISOString().slice(0, 10),
    };
    if (this.days.size >= DAY_CACHE_LIMIT) this.days.clear();
    this.days.set(dayNumber, day);
    return day;
  }

  /** First instant at which the local clock has reached `localMs` (wall time written as if it were UTC). */
  private instantOf(localMs: number): number {
    // No zone is further than 26 h from UTC, so the wanted span is among those of these two days.
    let span = this.spanAt(localMs - 26 * 3_600_000);
    while (localMs - span.offsetMs >= span.toMs) span = this.spanAt(span.toMs);
    return Math.max(localMs - span.offsetMs, span.fromMs);
  }

  private spanAt(tsMs: number): OffsetSpan {
    const last = this.lastSpan;
    if (tsMs >= last.fromMs && tsMs < last.toMs) return last;
    const spans = this.spansOfYear(new Date(tsMs).getUTCFullYear());
    for (const span of spans) {
      if (tsMs < span.toMs) {
        this.lastSpan = span;
        return span;
      }
    }
    throw new RangeError(`${tsMs} is outside the range of dates`);
  }

  /** Spans of constant offset within one UTC year, found by probing each day and halving where the offset changes. */
  private spansOfYear(year: number): OffsetSpan[] {
    const known = this.yearSpans.get(year);
    if (known) return known;
    const yearStartMs = Date.UTC(year, 0, 1);
    const yearEndMs = Date.UTC(year + 1, 0, 1);
    const spans: OffsetSpan[] = [];
    let current: OffsetSpan = { fromMs: yearStartMs, toMs: yearEndMs, offsetMs: this.probe(yearStartMs) };
    for (let atMs = yearStartMs; atMs < yearEndMs; atMs += DAY_MS) {
      const probeMs = Math.min(atMs + DAY_MS, yearEndMs) - 1;
      const offsetMs = this.probe(probeMs);
      if (offsetMs === current.offsetMs) continue;
      let sameMs = Math.max(atMs - 1, current.fromMs);
      let changedMs = probeMs;
      while (changedMs - sameMs > 1) {
        const middleMs = Math.floor((sameMs + changedMs) / 2);
        if (this.probe(middleMs) === current.offsetMs) sameMs = middleMs;
        else changedMs = middleMs;
      }
      spans.push({ ...current, toMs: changedMs });
      current = { fromMs: changedMs, toMs: yearEndMs, offsetMs };
    }
    spans.push(current);
    this.yearSpans.set(year, spans);
    return spans;
  }

  private probe(tsMs: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const part of this.format.formatToParts(tsMs)) {
      if (part.type !== 'literal') parts[part.type] = Number(part.value);
    }
    const localMs = Date.UTC(
      parts.year ?? 0,
      (parts.month ?? 1) - 1,
      parts.day ?? 1,
      parts.hour ?? 0,
      parts.minute ?? 0,
      parts.second ?? 0,
    );
    return localMs - Math.floor(tsMs / 1_000) * 1_000;
  }
}

const zones = new Map<string, CampusZone>();

/** The shared, cached zone of this IANA name. @throws DomainError `invalid` `UNKNOWN_ZONE`. */
export function campusZone(iana: string): CampusZone {
  const known = zones.get(iana);
  if (known) return known;
  const zone = new CampusZone(iana);
  zones.set(iana, zone);
  return zone;
}
