'use client';

import { useTranslations } from 'next-intl';
import type { BalanceBand } from '../../domain/tariffs/balanceBand';
import { BandTag } from '../ui/BandCell';
import { LONG_DASH } from '../ui/format';
import { formatAge, formatTimeLeft } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { type Column, Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import type { LiveRoomState } from './liveRooms';
import type { FloorOfRooms } from './RoomGrid';
import styles from './RoomList.module.css';

interface Props {
  floors: readonly FloorOfRooms[];
  selected: string | null;
  onSelect: (space: string) => void;
  /** Only rooms of this band; null: all. */
  marked: BalanceBand | null;
}

/** The grid's twin: the same rooms as rows, the shortest time left first. */
export function RoomList({ floors, selected, onSelect, marked }: Props) {
  const t = useTranslations('balances');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const nameOf = useName();
  const rooms = floors
    .flatMap((floor) => floor.rooms)
    .filter((room) => marked === null || room.band === marked)
    .sort((left, right) => urgency(left) - urgency(right));
  const columns: Column<LiveRoomState>[] = [
    {
      key: 'room',
      header: t('room'),
      rowHeader: true,
      cell: ({ stored }) => (
        <button
          type="button"
          className={styles.room}
          aria-pressed={stored.space === selected}
          onClick={() => onSelect(stored.space)}
        >
          {nameOf(stored)}
        </button>
      ),
    },
    { key: 'band', header: t('band'), width: '30%', cell: ({ band }) => <BandTag band={band} /> },
    {
      key: 'left',
      header: t('timeLeft'),
      width: '24%',
      numeric: true,
      cell: ({ band, timeLeftMs }) =>
        band === 'NO_DATA' || band === 'CUT' ? LONG_DASH : formatTimeLeft(timeLeftMs, lang),
    },
    {
      key: 'age',
      header: t('lastReading'),
      width: '20%',
      numeric: true,
      cell: ({ rxMs }) =>
        rxMs === null ? LONG_DASH : formatAge(Math.max(0, now - rxMs), lang, { at: rxMs, zone }),
    },
  ];
  return (
    <div className={styles.scroll}>
      <Table
        caption={t('bands')}
        columns={columns}
        rows={rooms}
        rowKey={({ stored }) => stored.space}
        rowProps={({ stored, band }) => ({ 'data-space': stored.space, 'data-band': band.toLowerCase() })}
      />
    </div>
  );
}

/** Cut rooms first, then by time left; what is not forecast comes last. */
function urgency({ band, timeLeftMs }: LiveRoomState): number {
  if (band === 'CUT') return -1;
  return band === 'NO_DATA' || timeLeftMs === null ? Number.MAX_SAFE_INTEGER : timeLeftMs;
}
