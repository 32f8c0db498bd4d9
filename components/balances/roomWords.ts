import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { useLang } from '../ui/useLang';
import type { LiveRoomState } from './liveRooms';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A name as the campus gave it, in the language of the page. */
export function useName(): (named: { name: string; nameEn: string | null }) => string {
  const lang = useLang();
  return useCallback(({ name, nameEn }) => (lang === 'en' ? (nameEn ?? name) : name), [lang]);
}

/** What a screen reader says of a cell: "Room 412, 9 hours left". */
export function useCellWords(): (room: LiveRoomState) => string {
  const t = useTranslations('balances.cell');
  const nameOf = useName();
  return useCallback(
    ({ stored, band, timeLeftMs }) => {
      const room = nameOf(stored);
      if (band === 'CUT' || band === 'NO_DATA') return t(band, { room });
      if (band === 'LEARNING' || timeLeftMs === null)
        return t('LEARNING', { room, n: Math.floor(stored.learnedDays) });
      if (timeLeftMs >= DAY_MS) return t('days', { room, n: Math.floor(timeLeftMs / DAY_MS) });
      return timeLeftMs >= HOUR_MS
        ? t('hours', { room, n: Math.floor(timeLeftMs / HOUR_MS) })
        : t('minutes', { room });
    },
    [t, nameOf],
  );
}
