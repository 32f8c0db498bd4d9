import { useState } from 'react';
import { floodCards } from '../live/floodCards';
import type { AlarmRow, Incident } from './incidents';

const KINDS = {
  gateway: 'GATEWAY',
  feeder: 'FEEDER',
  building: 'BUILDING',
  ruleCode: 'RULE',
  counted: 'COUNTED',
} as const;

/** The list of a flood: cards by common cause, shut unless their key is among `open`, and rows that share none. */
export function foldIncidents(rows: readonly AlarmRow[], open: ReadonlySet<string>): Incident[] {
  return floodCards(rows).map(({ key, cause, value, rows: members }) =>
    cause === null
      ? { key, cause: null, rows: members }
      : { key, cause: { kind: KINDS[cause], code: value }, rows: members, open: open.has(key) },
  );
}

/** Rooms that a card's alarms stand at, by code in natural order; other places where they stand at none. */
export function affectedPlaces(
  rows: readonly AlarmRow[],
  nameOf: (row: AlarmRow) => string,
): { readonly rooms: boolean; readonly codes: readonly string[] } {
  const rooms = rows.flatMap(({ alarm, context }) =>
    context?.point?.isRoom && alarm.place.space ? [alarm.place.space] : [],
  );
  const codes = rooms.length > 0 ? rooms : rows.map(nameOf).filter((name) => name !== '');
  return {
    rooms: rooms.length > 0,
    codes: [...new Set(codes)].sort((a, b) => a.localeCompare(b, undefined, { numeric: true })),
  };
}

/** The row whose mark a card shows: of the worst priority, and of those the one that is first on the list. */
export function worstRow(rows: readonly [AlarmRow, ...AlarmRow[]]): AlarmRow {
  return rows.reduce((worst, row) => (row.alarm.priority < worst.alarm.priority ? row : worst));
}

interface Choice {
  readonly raw: boolean;
  readonly open: ReadonlySet<string>;
}

const NO_CHOICE: Choice = { raw: false, open: new Set() };

/** How somebody looks at a flood: folded or raw, and which cards are open. It is forgotten when the flood is over. */
export function useFloodView(flood: boolean) {
  const [choice, setChoice] = useState(NO_CHOICE);
  if (!flood && choice !== NO_CHOICE) setChoice(NO_CHOICE);
  return {
    folded: flood && !choice.raw,
    open: choice.open,
    setRaw: (raw: boolean) => setChoice((before) => ({ ...before, raw })),
    toggle: (key: string) =>
      setChoice((before) => {
        const open = new Set(before.open);
        if (!open.delete(key)) open.add(key);
        return { ...before, open };
      }),
  };
}
