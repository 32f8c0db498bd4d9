import { useState } from 'react';
import { ALARM_CATALOGUE, type AlarmRule } from '../../domain/alarms/alarmCatalogue';
import { floodCards } from '../live/floodCards';
import { type AlarmedCauses, type AlarmRow, causeOf, type Incident } from './incidents';

const KINDS = {
  gateway: 'GATEWAY',
  feeder: 'FEEDER',
  building: 'BUILDING',
  ruleCode: 'RULE',
  counted: 'COUNTED',
} as const;

/**
 * The list of a flood: cards of alarms near each other or of one rule, shut unless their key is among `open`, and rows that
 * are in none.
 */
export function foldIncidents(
  rows: readonly AlarmRow[],
  causes: AlarmedCauses,
  open: ReadonlySet<string>,
): Incident[] {
  return floodCards(rows).map(({ key, cause, value, rows: members }) =>
    cause === null
      ? { key, cause: null, rows: members }
      : { key, cause: causeOf(KINDS[cause], value, members, causes), rows: members, open: open.has(key) },
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

/** First acts from the most pressing: what is to be cut now, then what somebody is to go and see. */
const PRESSING: readonly AlarmRule['firstAction'][] = ['CUT', 'CALL'];

/**
 * The row whose mark and name a card shows: of the worst priority, and of those a hazard that latches before one to be cut
 * before one to be seen before any other; among equals the one that is first on the list.
 */
export function worstRow(rows: readonly [AlarmRow, ...AlarmRow[]]): AlarmRow {
  return rows.reduce((worst, row) => (isWorse(row, worst) ? row : worst));
}

function isWorse(row: AlarmRow, than: AlarmRow): boolean {
  const [one, other] = [hazardOf(row), hazardOf(than)];
  const step = one.findIndex((rank, index) => rank !== other[index]);
  return step !== -1 && one[step]! < other[step]!;
}

/** From the worst, compared one after the other. */
function hazardOf({ alarm: { priority, latching, rule } }: AlarmRow): readonly number[] {
  const first = (ALARM_CATALOGUE as Readonly<Record<string, AlarmRule | undefined>>)[rule]?.firstAction;
  const pressing = first === undefined ? -1 : PRESSING.indexOf(first);
  return [priority, latching ? 0 : 1, pressing === -1 ? PRESSING.length : pressing];
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
