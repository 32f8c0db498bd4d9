import type { Locale } from '../i18n/locale';
import { LONG_DASH, NNBSP } from './format';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Wall-clock fields of an instant in a zone. `month` is 1..12, `weekday` 0 = Monday. */
export interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  /** Minutes east of UTC at this instant. */
  offsetMinutes: number;
}

const fieldFormats = new Map<string, Intl.DateTimeFormat>();

function fieldFormat(zone: string): Intl.DateTimeFormat {
  let format = fieldFormats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    fieldFormats.set(zone, format);
  }
  return format;
}

/** What the clock on the campus wall showed at `at` (ms UTC), wherever the viewer sits. @throws RangeError for an unknown zone */
export function wallClock(at: number, zone: string): WallClock {
  const fields: Record<string, number> = {};
  for (const part of fieldFormat(zone).formatToParts(at)) {
    if (part.type !== 'literal') fields[part.type] = Number(part.value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    weekday: (new Date(asUtc).getUTCDay() + 6) % 7,
    offsetMinutes: Math.round((asUtc - Math.floor(at / SECOND) * SECOND) / MINUTE),
  };
}

const two = (value: number): string => value.toString().padStart(2, '0');

/** `21:04:07`, or `21:04` without seconds. 24 h in both languages. */
export function formatTime(at: number | null, zone: string, seconds = true): string {
  if (at === null) return LONG_DASH;
  const { hour, minute, second } = wallClock(at, zone);
  return seconds ? `${two(hour)}:${two(minute)}:${two(second)}` : `${two(hour)}:${two(minute)}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS_EN = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const WEEKDAYS_ZH = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];

export interface DateParts {
  weekday?: boolean;
  year?: boolean;
}

/** `12 Nov`, `Wed 12 Nov 2026`; `11月12日`, `2026年11月12日 周三`. */
export function formatDate(at: number | null, zone: string, locale: Locale, parts: DateParts = {}): string {
  if (at === null) return LONG_DASH;
  const { year, month, day, weekday } = wallClock(at, zone);
  if (locale === 'zh-CN') {
    return `${parts.year ? `${year}年` : ''}${month}月${day}日${parts.weekday ? ` ${WEEKDAYS_ZH[weekday]}` : ''}`;
  }
  return `${parts.weekday ? `${WEEKDAYS_EN[weekday]} ` : ''}${day} ${MONTHS[month - 1]}${parts.year ? ` ${year}` : ''}`;
}

/** Short name of the campus day's weekday, `Thu` or `周四`. */
export function formatWeekday(at: number, zone: string, locale: Locale): string {
  const { weekday } = wallClock(at, zone);
  return (locale === 'zh-CN' ? WEEKDAYS_ZH : WEEKDAYS_EN)[weekday]!;
}

/** `November 2026`, `2026年11月`; short `Nov`, `11月`. */
export function formatMonth(at: number, zone: string, locale: Locale, short = false): string {
  const { year, month } = wallClock(at, zone);
  if (locale === 'zh-CN') return short ? `${month}月` : `${year}年${month}月`;
  if (short) return MONTHS[month - 1]!;
  return new Intl.DateTimeFormat('en', { timeZone: zone, month: 'long', year: 'numeric' }).format(at);
}

/** Date and time to the minute: `Wed 12 Nov 2026 21:04`, `2026年11月12日 周三 21:04`. */
export function formatDateTime(
  at: number | null,
  zone: string,
  locale: Locale,
  parts: DateParts & { seconds?: boolean } = {},
): string {
  if (at === null) return LONG_DASH;
  return `${formatDate(at, zone, locale, parts)} ${formatTime(at, zone, parts.seconds ?? false)}`;
}

/** The time alone on the campus day of `now`, with the date before it on another day. */
export function formatMoment(
  at: number | null,
  now: number,
  zone: string,
  locale: Locale,
  seconds = true,
): string {
  if (at === null) return LONG_DASH;
  const [a, b] = [wallClock(at, zone), wallClock(now, zone)];
  const sameDay = a.year === b.year && a.month === b.month && a.day === b.day;
  return sameDay
    ? formatTime(at, zone, seconds)
    : `${formatDate(at, zone, locale, { year: a.year !== b.year })} ${formatTime(at, zone, false)}`;
}

/** RFC 3339 with the campus offset: `2026-05-12T21:04:07+08:00`. For exports, `datetime` and `data-asof`. */
export function formatIso(at: number, zone: string): string {
  const w = wallClock(at, zone);
  const sign = w.offsetMinutes < 0 ? '-' : '+';
  const offset = Math.abs(w.offsetMinutes);
  return `${w.year.toString().padStart(4, '0')}-${two(w.month)}-${two(w.day)}T${two(w.hour)}:${two(w.minute)}:${two(w.second)}${sign}${two(Math.floor(offset / 60))}:${two(offset % 60)}`;
}

/** Name of the campus zone when the viewer's clock differs from it at this instant, else null: `UTC+8`. */
export function foreignZoneName(at: number, campusZone: string, viewerZone: string): string | null {
  const offset = wallClock(at, campusZone).offsetMinutes;
  if (offset === wallClock(at, viewerZone).offsetMinutes) return null;
  const hours = Math.floor(Math.abs(offset) / 60);
  const minutes = Math.abs(offset) % 60;
  return `UTC${offset < 0 ? '\u2212' : '+'}${hours}${minutes ? `:${two(minutes)}` : ''}`;
}

/** Words of a length of time of an hour and more: `3 h 20 min`, `4 d 2 h`. */
function longLength(ms: number, locale: Locale): string {
  const zh = locale === 'zh-CN';
  const unit = (value: number, en: string, word: string) => `${value}${NNBSP}${zh ? word : en}`;
  if (ms < DAY) {
    const minutes = Math.floor((ms % HOUR) / MINUTE);
    const hours = unit(Math.floor(ms / HOUR), 'h', '小时');
    return `${hours} ${zh ? unit(minutes, 'min', '分') : `${two(minutes)}${NNBSP}min`}`;
  }
  const hours = Math.floor((ms % DAY) / HOUR);
  return `${unit(Math.floor(ms / DAY), 'd', '天')}${hours ? ` ${unit(hours, 'h', '小时')}` : ''}`;
}

/**
 * Age of a datum: seconds under a minute, `m:ss` under an hour, then `3 h 20 min`, and from a day on the date of `asOf`
 * (so it needs the zone). Negative ages (clocks apart) count as 0.
 */
export function formatAge(ageMs: number, locale: Locale, asOf?: { at: number; zone: string }): string {
  const age = Math.max(0, ageMs);
  if (age < MINUTE) return `${Math.floor(age / SECOND)}${NNBSP}${locale === 'zh-CN' ? '秒' : 's'}`;
  if (age < HOUR) return formatStopwatch(age, locale);
  if (age < DAY || !asOf) return longLength(age, locale);
  return formatDate(asOf.at, asOf.zone, locale);
}

/** How long an alarm or a command has stood: `0:42`, `33:20`, then `2 h 06 min`. */
export function formatStopwatch(ms: number, locale: Locale): string {
  const value = Math.max(0, ms);
  if (value >= HOUR) return longLength(value, locale);
  return `${Math.floor(value / MINUTE)}:${two(Math.floor((value % MINUTE) / SECOND))}`;
}

/** The units of a length of time, largest first, with their words. */
const LENGTH_UNITS: readonly [unitMs: number, en: string, word: string][] = [
  [DAY, 'd', '天'],
  [HOUR, 'h', '小时'],
  [MINUTE, 'min', '分钟'],
  [SECOND, 's', '秒'],
];

/** A length in its largest units and nothing of zero, down to the unit of `leastMs`, which alone may have decimals. */
function inUnits(ms: number, leastMs: number, locale: Locale): string {
  const parts = LENGTH_UNITS.filter(([unitMs]) => unitMs >= leastMs).map(
    ([unitMs, en, word], index, units) => {
      const rest = index === 0 ? ms : ms % units[index - 1]![0];
      const value = unitMs === leastMs ? rest / unitMs : Math.floor(rest / unitMs);
      return { value, text: `${value}${NNBSP}${locale === 'zh-CN' ? word : en}` };
    },
  );
  const said = parts.filter(({ value }) => value > 0);
  return (said.length > 0 ? said : parts.slice(-1)).map(({ text }) => text).join(' ');
}

/** A length of time that a rule sets, in its largest units and nothing of zero: `15 min`, `8 h`, `1 h 30 min`; `8 小时`. */
export function formatSpan(ms: number, locale: Locale): string {
  return inUnits(Math.round(ms / MINUTE) * MINUTE, MINUTE, locale);
}

/** A length of time as it is set, to the ms: `10 min`, `1 min 30 s`, `10.5 s`; `7 天`. */
export function formatExactSpan(ms: number, locale: Locale): string {
  return inUnits(ms, SECOND, locale);
}

/** A length of time that was measured, never to be read as a time of day: `25 s`, then as `formatSpan`, to the minute: `15 min`. */
export function formatLength(ms: number, locale: Locale): string {
  return ms < MINUTE ? formatAge(ms, locale) : formatSpan(ms, locale);
}

/** Time left of a balance in words: `4 d 2 h`, `9 h`, `21 min`; `4 天 2 小时`. */
export function formatTimeLeft(ms: number | null, locale: Locale): string {
  if (ms === null) return LONG_DASH;
  const value = Math.max(0, ms);
  if (value >= DAY) return longLength(value, locale);
  const zh = locale === 'zh-CN';
  if (value >= 10 * HOUR) return `${Math.floor(value / HOUR)}${NNBSP}${zh ? '小时' : 'h'}`;
  if (value >= HOUR) return longLength(value, locale);
  return `${Math.floor(value / MINUTE)}${NNBSP}${zh ? '分钟' : 'min'}`;
}

/** Time left in a grid cell: `2d`, `9h`, `<1h`, the same in both languages. */
export function formatTimeLeftCell(ms: number): string {
  if (ms >= DAY) return `${Math.floor(ms / DAY)}d`;
  return ms >= HOUR ? `${Math.floor(ms / HOUR)}h` : '<1h';
}
