'use client';

import { useReducer, useRef } from 'react';
import type { AlarmRow } from './incidents';

/** Rows in the order shown, and what waits outside because the order must not move now. */
export interface SteadyRows {
  readonly rows: readonly AlarmRow[];
  /** Whether the list is one of a flood; like the order, it does not change while that must hold. */
  readonly flood: boolean;
  /** Rows that came meanwhile. */
  readonly arrivals: number;
  /** Rows that left the list meanwhile and keep their place. */
  readonly gone: ReadonlySet<string>;
  /** Takes arrivals in and lets go of what has left. */
  readonly settle: () => void;
}

/**
 * Keeps rows where they are while somebody points at them: a row is renewed in place, arrivals collect, and what left the
 * list stays, marked as gone. @param flood whether there is a flood now @param still true while the order must hold
 */
export function useSteadyRows(rows: readonly AlarmRow[], flood: boolean, still: boolean): SteadyRows {
  const shown = useRef({ rows, flood });
  const settled = useRef(false);
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const newest = new Map(rows.map((row) => [row.alarm.id, row]));
  if (!still || settled.current) {
    shown.current = { rows, flood };
    settled.current = false;
  } else {
    const held = shown.current.rows.map((row) => newest.get(row.alarm.id) ?? row);
    shown.current = { rows: held, flood: shown.current.flood };
  }
  const known = new Set(shown.current.rows.map((row) => row.alarm.id));
  return {
    ...shown.current,
    arrivals: rows.filter((row) => !known.has(row.alarm.id)).length,
    gone: new Set([...known].filter((id) => !newest.has(id))),
    settle: () => {
      settled.current = true;
      renderAgain();
    },
  };
}
