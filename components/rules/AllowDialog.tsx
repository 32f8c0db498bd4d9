'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../live/trpc';
import { ProposeDialog } from './ProposeDialog';

/** Proposes, after a forbidden load that was none, to allow such a load in its room: settings in force there, and the band. */
export function AllowDialog({ alarmId, onClose }: { alarmId: number; onClose: () => void }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.rules.allowance.queryOptions({ alarmId }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  if (!data) return null;
  return <ProposeDialog rule="FORBIDDEN_LOAD" space={data.space} fixed body={data.body} onClose={onClose} />;
}
