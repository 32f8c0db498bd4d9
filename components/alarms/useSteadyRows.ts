'use client';

import { useReducer, useRef } from 'react';
import type { AlarmRow } from './incidents';

/** Rows in the order shown, and what waits outside because the order must not move now. */
export interface SteadyRows {
  readonly rows: readonly AlarmRow[];
  /** Rows that came meanwhile. */
  readonly arrivals: number;
  /** Rows that left the list meanwhile and keep their place. */
  readonly gone: ReadonlySet<string>;
  /** Takes arrivals in and lets go of what has left. */
  readonly settle: () => void;
}

/**
 * Keeps rows where they are while somebody points at them: a row is renewed in place, arrivals collect, and what left the
 * list stays, marked as gone. @param still true while the order must hold
 */
export function useSteadyRows(rows: readonly AlarmRow[], still: boolean): SteadyRows {
  const shown = useRef<readonly AlarmRow[]>(rows);
  const settled = useRef(false);
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const newest = new Map(rows.map((row) => [row.alarm.id, row]));
  if (!still || settled.current) {
    shown.current = rows;
    settled.current = false;
  } else {
    shown.current = shown.current.map((row) => newest.get(row.alarm.id) ?? row);
  }
  const known = new Set(shown.current.map((row) => row.alarm.id));
  return {
    rows: shown.current,
    arrivals: rows.filter((row) => !known.has(row.alarm.id)).length,
    gone: new Set([...known].filter((id) => !newest.has(id))),
    settle: () => {
      settled.current = true;
      renderAgain();
    },
  };
}
