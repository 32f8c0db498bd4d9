'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { BalanceBand } from '../../domain/tariffs/balanceBand';
import { useLiveRoom, useLiveStore } from '../live/LiveProvider';
import { BAND_ORDER, BandSwatch } from '../ui/BandCell';
import { classNames } from '../ui/classNames';
import { formatNumber } from '../ui/format';
import { formatAge } from '../ui/formatTime';
import { freshnessOf } from '../ui/freshness';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { SegmentedControl } from '../ui/SegmentedControl';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import { useUrlValue } from '../ui/useUrlValue';
import styles from './BuildingRooms.module.css';
import type { BuildingBalances } from './balanceTypes';
import { type LiveRoomState, liveRoom } from './liveRooms';
import { type FloorOfRooms, RoomGrid } from './RoomGrid';
import { RoomList } from './RoomList';

/** A grid of more cells than this would be slower to read and to draw than a list. */
const GRID_CELLS_MAX = 800;

interface Props {
  building: BuildingBalances;
  selected: string | null;
  onSelect: (space: string) => void;
  marked: BalanceBand | null;
}

/** The rooms of a building as a grid or as a list, as they stand now. */
export function BuildingRooms({ building, selected, onSelect, marked }: Props) {
  const t = useTranslations('balances');
  const nameOf = useName();
  const [view, setView] = useUrlValue('view');
  const floors = useLiveFloors(building);
  const rooms = floors.flatMap((floor) => floor.rooms);
  const asList = view === 'list' || rooms.length > GRID_CELLS_MAX;
  const name = nameOf(building);
  return (
    <Panel
      title={t('buildingRooms', { building: name, n: rooms.length })}
      label={t('gridLabel', { building: name })}
      tools={
        <SegmentedControl
          label={t('view')}
          value={asList ? 'list' : 'grid'}
          onChange={(value) => setView(value === 'list' ? 'list' : null)}
          options={[
            { value: 'grid', label: t('grid') },
            { value: 'list', label: t('list') },
          ]}
        />
      }
      meta={<Freshness rooms={rooms} />}
      testId="building-rooms"
    >
      {asList ? (
        <RoomList floors={floors} selected={selected} onSelect={onSelect} marked={marked} />
      ) : (
        <RoomGrid
          label={t('gridLabel', { building: name })}
          floors={floors}
          selected={selected}
          onSelect={onSelect}
          marked={marked}
        />
      )}
      <Legend rooms={rooms} />
    </Panel>
  );
}

/** The stored rooms overtaken by what streamed; worked out once a second, since ages move as well. */
function useLiveFloors(building: BuildingBalances): FloorOfRooms[] {
  const store = useLiveStore();
  const now = useNow();
  useLiveRoom(`building:${building.code}`);
  return useMemo(
    () =>
      building.floors.map((floor) => ({
        ...floor,
        rooms: floor.rooms.map((room) => liveRoom(room, building.nowMs, store, now)),
      })),
    [building, store, now],
  );
}

function Freshness({ rooms }: { rooms: readonly LiveRoomState[] }) {
  const t = useTranslations('balances');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const m = rooms.length;
  const heard = rooms.flatMap(({ rxMs, stored }) => {
    const fresh = freshnessOf(rxMs === null ? null : now - rxMs, stored.intervalMs);
    return rxMs !== null && (fresh === 'fresh' || fresh === 'late') ? [rxMs] : [];
  });
  if (heard.length === 0) return t('freshnessNone', { m });
  const age = (at: number) => formatAge(now - at, lang, { at, zone });
  return t('freshness', {
    newest: age(Math.max(...heard)),
    oldest: age(Math.min(...heard)),
    n: heard.length,
    m,
  });
}

function Legend({ rooms }: { rooms: readonly LiveRoomState[] }) {
  const codes = useTranslations('codes');
  return (
    <ul className={styles.legend} data-testid="band-legend">
      {BAND_ORDER.map((band) => {
        const count = rooms.filter((room) => room.band === band).length;
        return (
          <li key={band} className={classNames(count === 0 && styles.none)}>
            <BandSwatch band={band} />
            {codes(`band.${band}`)} <b>{formatNumber(count)}</b>
          </li>
        );
      })}
    </ul>
  );
}
