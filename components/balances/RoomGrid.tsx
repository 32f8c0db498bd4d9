// biome-ignore-all lint/a11y/useSemanticElements: a grid of CSS cells; a table could not scroll under sticky floors
// biome-ignore-all lint/a11y/useFocusableInteractive: focus lies on the cells of a grid, not on its rows
'use client';

import { type KeyboardEvent, useRef, useState } from 'react';
import type { BalanceBand } from '../../domain/tariffs/balanceBand';
import { BandCell } from '../ui/BandCell';
import { classNames } from '../ui/classNames';
import { useName } from '../ui/useName';
import type { LiveRoomState } from './liveRooms';
import styles from './RoomGrid.module.css';
import { useCellWords } from './roomWords';

export interface FloorOfRooms {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly rooms: readonly LiveRoomState[];
}

interface Props {
  label: string;
  /** From the top floor down, rooms in corridor order. */
  floors: readonly FloorOfRooms[];
  /** Space code of the open room. */
  selected: string | null;
  onSelect: (space: string) => void;
  /** Rooms outside this band step back. */
  marked: BalanceBand | null;
}

/** Rooms of a building as they lie along the corridors. One tab stop; arrows move, Enter opens. */
export function RoomGrid({ label, floors, selected, onSelect, marked }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const words = useCellWords();
  const nameOf = useName();
  const columns = Math.max(1, ...floors.map(({ rooms }) => rooms.length));
  const labels = columnLabels(floors, columns);
  const [focused, setFocused] = useState<string | null>(null);
  const codes = floors.flatMap(({ rooms }) => rooms.map(({ stored }) => stored.space));
  const stop = [focused, selected].find((code) => code !== null && codes.includes(code)) ?? codes[0];

  const move = (event: KeyboardEvent, row: number, column: number) => {
    const to = target(event, floors, row, column);
    if (!to) return;
    event.preventDefault();
    setFocused(to);
    grid.current?.querySelector<HTMLElement>(`[data-space="${CSS.escape(to)}"]`)?.focus();
  };

  return (
    <div className={styles.scroll}>
      <div
        ref={grid}
        className={styles.grid}
        role="grid"
        aria-label={label}
        aria-rowcount={floors.length}
        aria-colcount={columns + 1}
        style={{ '--columns': columns } as React.CSSProperties}
        data-testid="room-grid"
      >
        <div className={styles.head} aria-hidden="true">
          <span />
          {labels.map((text, index) => (
            <span key={index}>{text}</span>
          ))}
        </div>
        {floors.map((floor, row) => (
          <div key={floor.code} role="row" className={styles.row}>
            <span className={styles.floor} role="rowheader">
              {shortFloor(nameOf(floor))}
            </span>
            {floor.rooms.map((room, column) => {
              const { space } = room.stored;
              return (
                <button
                  key={space}
                  type="button"
                  role="gridcell"
                  className={classNames(styles.cell, space === selected && styles.selected)}
                  aria-label={words(room)}
                  aria-selected={space === selected}
                  tabIndex={space === stop ? 0 : -1}
                  data-space={space}
                  data-band={room.band.toLowerCase()}
                  onClick={() => onSelect(space)}
                  onFocus={() => setFocused(space)}
                  onKeyDown={(event) => move(event, row, column)}
                >
                  <BandCell
                    band={room.band}
                    timeLeftMs={room.timeLeftMs}
                    name={nameOf(room.stored)}
                    back={marked !== null && room.band !== marked}
                  />
                </button>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Room that an arrow, Home or End leads to. */
function target(
  event: KeyboardEvent,
  floors: readonly FloorOfRooms[],
  row: number,
  column: number,
): string | null {
  const at = (rowTo: number, columnTo: number) => {
    const rooms = floors[rowTo]?.rooms;
    if (!rooms || rooms.length === 0) return null;
    return rooms[Math.min(Math.max(columnTo, 0), rooms.length - 1)]!.stored.space;
  };
  switch (event.key) {
    case 'ArrowLeft':
      return column > 0 ? at(row, column - 1) : null;
    case 'ArrowRight':
      return at(row, column + 1);
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'Home':
      return at(event.ctrlKey ? 0 : row, 0);
    case 'End':
      return at(event.ctrlKey ? floors.length - 1 : row, columnsOf(floors));
    default:
      return null;
  }
}

function columnsOf(floors: readonly FloorOfRooms[]): number {
  return Math.max(0, ...floors.map(({ rooms }) => rooms.length));
}

/** `01` over a column in which every floor's room ends in 01; nothing where they differ. */
function columnLabels(floors: readonly FloorOfRooms[], columns: number): string[] {
  return Array.from({ length: columns }, (_, index) => {
    const ends = new Set(
      floors.flatMap(({ rooms }) => {
        const code = rooms[index]?.stored.space;
        return code === undefined ? [] : [/\d{2}$/.exec(code)?.[0] ?? ''];
      }),
    );
    return ends.size === 1 ? [...ends][0]! : '';
  });
}

/** Room for a few letters only: `6 层` and `6F` stay, longer names are cut by the stylesheet. */
function shortFloor(name: string): string {
  return name.replace(/\s+/g, '');
}
