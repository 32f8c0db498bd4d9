import { type RefObject, useEffect, useRef } from 'react';
import type { AlarmRow, Incident } from './incidents';

/** Where the keyboard can stand in the list: on a row by its alarm's id, or on a card by its key. */
export interface ListStop {
  readonly id: string;
  /** Null on a card, which Enter opens. */
  readonly row: AlarmRow | null;
}

/** The stops of a list from the top; rows in a card that is shut are none. */
export function stopsOf(incidents: readonly Incident[]): ListStop[] {
  return incidents.flatMap(({ key, open, rows }) => [
    ...(open === undefined ? [] : [{ id: key, row: null }]),
    ...(open === false ? [] : rows.map((row) => ({ id: row.alarm.id, row }))),
  ]);
}

/** The stop that stands for `id`: itself, the card that it went into, or else the first; null in an empty list. */
export function stopFor(
  stops: readonly ListStop[],
  incidents: readonly Incident[],
  id: string | null,
): string | null {
  if (stops.some((stop) => stop.id === id)) return id;
  const card = incidents.find(
    ({ open, rows }) => open === false && rows.some(({ alarm }) => alarm.id === id),
  );
  return card?.key ?? stops[0]?.id ?? null;
}

/** The element of a stop. */
export function stopElement(list: HTMLElement | null, id: string): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-stop="${id}"]`) ?? null;
}

/**
 * Gives the focus to the stop that stands for the one that had it, where a row that went into a card or came out of one was
 * drawn anew and has lost it. @returns what tells whether the focus is on a stop, for the list to listen with
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>, focused: string | null) {
  const held = useRef(false);
  useEffect(() => {
    if (!held.current || focused === null || document.activeElement !== document.body) return;
    stopElement(list.current, focused)?.focus({ preventScroll: true });
  });
  return {
    onFocus: ({ target }: { target: EventTarget }) => {
      held.current = target instanceof HTMLElement && target.dataset.stop !== undefined;
    },
    onBlur: () => {
      held.current = false;
    },
  };
}
