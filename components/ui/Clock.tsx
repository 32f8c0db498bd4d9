'use client';

import { useSyncExternalStore } from 'react';
import type { Locale } from '../i18n/locale';
import { foreignZoneName, formatDate, formatIso, formatTime, formatWeekday } from './formatTime';
import { useCampusZone, useNow } from './now';
import { useLang } from './useLang';

interface Props {
  /** `full` has weekday, date and minutes; `date` weekday and date; `time` minutes; `seconds` h:m:s. */
  form?: 'full' | 'time' | 'seconds' | 'date';
  className?: string;
}

const never = () => () => {};

/** Zone of the viewer; on the server it counts as the campus zone, so that the first paint names none. */
function useViewerZone(campusZone: string): string {
  return useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => campusZone,
  );
}

/** Campus time; names the zone when the viewer's own clock differs. */
export function Clock({ form = 'full', className }: Props) {
  const now = useNow();
  const zone = useCampusZone();
  const lang = useLang();
  const zoneName = foreignZoneName(now, zone, useViewerZone(zone));
  return (
    <time className={className} dateTime={formatIso(now, zone)} data-testid="clock">
      {form === 'full' || form === 'date' ? (
        <DateParts at={now} zone={zone} lang={lang} year={form === 'full'} />
      ) : null}
      {form !== 'date' && formatTime(now, zone, form === 'seconds')}
      {zoneName && form !== 'date' && <small> {zoneName}</small>}
    </time>
  );
}

/** Weekday and date in the language's order; a narrow place hides the parts, `data-part` names them. */
function DateParts({ at, zone, lang, year }: { at: number; zone: string; lang: Locale; year: boolean }) {
  const weekday = <span data-part="weekday">{formatWeekday(at, zone, lang)} </span>;
  const date = <span data-part="date">{formatDate(at, zone, lang, { year })} </span>;
  return lang === 'zh-CN' ? (
    <>
      {date}
      {weekday}
    </>
  ) : (
    <>
      {weekday}
      {date}
    </>
  );
}
