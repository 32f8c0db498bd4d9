'use client';

import { useCallback, useSyncExternalStore } from 'react';
import type {
  AlarmSummary,
  BalanceRow,
  BuildingRow,
  CampusFigures,
  LiveAlarm,
  LiveCommand,
  MeterRow,
} from '../../contracts/liveEvents';
import { useLiveStore } from './LiveProvider';
import type { LiveStore, Topic } from './liveStore';

function useTopic<T>(topic: Topic, read: (store: LiveStore) => T): T {
  const store = useLiveStore();
  const subscribe = useCallback((listener: () => void) => store.subscribe(topic, listener), [store, topic]);
  const get = () => read(store);
  return useSyncExternalStore(subscribe, get, get);
}

/** Newest row of a meter, or null until one came. Join its room with `useLiveRoom`. */
export const useLiveMeter = (code: string): MeterRow | null =>
  useTopic(`meter:${code}`, (store) => store.meter(code));

/** Newest sums of a building. */
export const useLiveBuilding = (code: string): BuildingRow | null =>
  useTopic(`building:${code}`, (store) => store.building(code));

/** Sums of all buildings followed, in no order. */
export const useLiveBuildings = (): readonly BuildingRow[] =>
  useTopic('buildings', (store) => store.buildings());

/** Figures of the campus. */
export const useLiveCampus = (): CampusFigures | null => useTopic('campus', (store) => store.campus());

/** Balance of an account; money is null where the role may not see it. */
export const useLiveBalance = (account: string): BalanceRow | null =>
  useTopic(`balance:${account}`, (store) => store.balance(account));

/** All balances followed, in no order. */
export const useLiveBalances = (): readonly BalanceRow[] => useTopic('balances', (store) => store.balances());

/** Alarms not back to normal: unacknowledged first, then priority, then newest. */
export const useAlarms = (): readonly LiveAlarm[] => useTopic('alarms', (store) => store.alarms());

/** One alarm, also after its return to normal. */
export const useAlarm = (id: string): LiveAlarm | null => useTopic(`alarm:${id}`, (store) => store.alarm(id));

/** Counts of the alarm bar. */
export const useAlarmSummary = (): AlarmSummary | null =>
  useTopic('alarmSummary', (store) => store.alarmSummary());

/** Whether the viewer's alarms are a flood now. */
export const useFlood = (): boolean => useTopic('alarmSummary', (store) => store.flood());

/** Commands followed, newest first. */
export const useCommands = (): readonly LiveCommand[] => useTopic('commands', (store) => store.commands());

/** One command by its id. */
export const useCommand = (id: string): LiveCommand | null =>
  useTopic(`command:${id}`, (store) => store.command(id));

/** Newest command of a point. */
export const usePointCommand = (point: string): LiveCommand | null =>
  useTopic(`point:${point}`, (store) => store.pointCommand(point));
