import { type KeyboardEvent, useEffect, useState } from 'react';
import { shownState } from '../live/alarmView';
import { useNow } from '../ui/now';
import type { PaneActs } from './AlarmActions';
import { useAlarmSound } from './AlarmSound';
import { isCuttable } from './isCuttable';
import type { ListStop } from './listStops';

const KEYS_CHOICE = 'wattkeep-keys';

interface ListKeys {
  order: readonly ListStop[];
  focused: string | null;
  acts: PaneActs;
  onFocus: (id: string) => void;
  onFilter: () => void;
  onHelp: () => void;
  isAcknowledging: (id: string) => boolean;
}

/** Keys of the list: they act only while a row or card has the focus, and can be switched off. */
export function useListKeys({ order, focused, acts, onFocus, onFilter, onHelp, isAcknowledging }: ListKeys) {
  const [enabled, setEnabled] = useState(true);
  const { silence } = useAlarmSound();
  const now = useNow();
  useEffect(() => setEnabled(localStorage.getItem(KEYS_CHOICE) !== 'off'), []);
  const enable = (on: boolean) => {
    localStorage.setItem(KEYS_CHOICE, on ? 'on' : 'off');
    setEnabled(on);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = order.findIndex(({ id }) => id === focused);
    const stop = order[at];
    if (!stop) return;
    const { row } = stop;
    const move = (step: number) => {
      const next = order[Math.min(order.length - 1, Math.max(0, at + step))];
      if (next) onFocus(next.id);
    };
    if (event.key === 'Enter') {
      if (row && event.target instanceof HTMLTableRowElement) acts.select(row.alarm.id);
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
      return;
    }
    if (!enabled) return;
    const state = row && shownState(row.alarm, now);
    const handlers: Record<string, () => void> = {
      j: () => move(1),
      k: () => move(-1),
      a: () => {
        const may = row?.context?.rights.acknowledge && !isAcknowledging(row.alarm.id);
        if (may && (state === 'UNACK' || state === 'RTN_UNACK' || state === 'LATCHED_UNACK'))
          acts.acknowledge(row.alarm.id);
      },
      s: silence,
      h: () => {
        if (row?.context?.rights.shelve && state !== 'SHELVED') acts.shelve(row);
      },
      g: () => {
        if (row?.context?.rights.assign) acts.assign(row);
      },
      n: () => {
        if (row?.context?.rights.note) acts.note(row);
      },
      x: () => {
        if (row && isCuttable(row)) acts.cut(row);
      },
      '/': onFilter,
      '?': onHelp,
    };
    const handler = handlers[event.key];
    if (!handler) return;
    event.preventDefault();
    handler();
  };
  return { enabled, enable, onKeyDown };
}
