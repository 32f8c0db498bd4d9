import { useCallback, useMemo } from 'react';
import { campusZone } from '../../domain/time/campusTime';
import type { Locale } from '../i18n/locale';
import { EN_DASH, formatRange, LONG_DASH } from '../ui/format';
import { formatDate, formatMonth, wallClock } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';

const NOON_MINUTE = 720;

/** Local noon of `YYYY-MM-DD` (or of the first of `YYYY-MM`), ms UTC: an instant that lies on that date for sure. */
export function noonOf(zone: string, date: string): number {
  const [year, month, day = '1'] = date.split('-');
  return campusZone(zone).utcOf(Number(year), Number(month), Number(day), NOON_MINUTE);
}

/** The month `count` months later, `YYYY-MM`. */
export function addMonths(month: string, count: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** Words for campus dates and months. */
export function useQuotaDates(): {
  /** `28 Nov` of `2026-11-28`. */
  day: (date: string | null) => string;
  /** `28 Nov` of an instant. */
  dayOf: (at: number) => string;
  /** `18–28 Oct` of two instants, both days included; a single day stands alone. */
  range: (from: number, last: number) => string;
  /** `November 2026` of `2026-11`. */
  month: (month: string) => string;
  /** `Nov` of `2026-11`. */
  shortMonth: (month: string) => string;
} {
  const zone = useCampusZone();
  const lang = useLang();
  const day = useCallback(
    (date: string | null) => (date ? formatDate(noonOf(zone, date), zone, lang) : LONG_DASH),
    [zone, lang],
  );
  const dayOf = useCallback((at: number) => formatDate(at, zone, lang), [zone, lang]);
  const range = useCallback((from: number, last: number) => dateRange(from, last, zone, lang), [zone, lang]);
  const month = useCallback((name: string) => formatMonth(noonOf(zone, name), zone, lang), [zone, lang]);
  const shortMonth = useCallback(
    (name: string) => formatMonth(noonOf(zone, name), zone, lang, true),
    [zone, lang],
  );
  return useMemo(() => ({ day, dayOf, range, month, shortMonth }), [day, dayOf, range, month, shortMonth]);
}

/** Two dates with what they share said once: `18–28 Oct`, `30 Oct–2 Nov`; `10月18–28日`. */
export function dateRange(from: number, last: number, zone: string, lang: Locale): string {
  const [a, b] = [wallClock(from, zone), wallClock(last, zone)];
  const end = formatDate(last, zone, lang);
  if (a.year === b.year && a.month === b.month) {
    if (a.day === b.day) return end;
    return lang === 'zh-CN' ? `${a.month}月${a.day}${EN_DASH}${b.day}日` : `${a.day}${EN_DASH}${end}`;
  }
  return formatRange(formatDate(from, zone, lang), end);
}
