import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { useName } from '../ui/useName';
import type { LiveRoomState } from './liveRooms';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

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
