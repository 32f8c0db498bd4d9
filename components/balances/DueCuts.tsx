'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '../live/trpc';
import { DueList } from './DueList';

const REFRESH_MS = 30_000;

/** The rooms that run out within 24 h, each with the rule that stands before its cut, for a page beside balances. */
export function DueCuts() {
  const trpc = useTRPC();
  const router = useRouter();
  const { data } = useQuery(trpc.balances.overview.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  if (!data) return null;
  return (
    <DueList
      due={data.due}
      outlook={data.outlook}
      onSelect={(room) => router.push(`/rooms/${encodeURIComponent(room.space)}`)}
    />
  );
}
