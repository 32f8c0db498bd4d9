import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useAlarms } from '../live/hooks';
import { useTRPC } from '../live/trpc';
import type { AlarmList } from './alarmData';

const REFRESH_MS = 5_000;

/** Contexts of the list, renewed when any alarm changes and every few seconds for leases and commands. */
export function useAlarmList(initial: AlarmList): AlarmList {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const alarms = useAlarms();
  const { data } = useQuery(
    trpc.alarms.list.queryOptions(undefined, {
      initialData: initial,
      refetchInterval: REFRESH_MS,
      staleTime: 0,
    }),
  );
  const newest = alarms.reduce((at, alarm) => Math.max(at, alarm.changedAt), 0);
  const key = trpc.alarms.list.queryKey();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when an alarm changes, not when the key object does
  useEffect(() => {
    if (newest > 0) void queries.invalidateQueries({ queryKey: key });
  }, [newest, alarms.length, queries]);
  return data;
}
