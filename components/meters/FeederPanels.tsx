'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../live/trpc';
import { FeederLoadPanel } from './FeederLoadPanel';
import { LossPanel } from './LossPanel';
import type { MeterData } from './meterData';

const LOAD_MS = 30_000;
const LOSSES_MS = 60_000;

/** What a feeder or transformer carries against its rating, and what is lost below it. */
export function FeederPanels({ data }: { data: MeterData }) {
  const trpc = useTRPC();
  const { code } = data;
  const load = useQuery(trpc.grid.load.queryOptions({ code }, { refetchInterval: LOAD_MS, staleTime: 0 }));
  const losses = useQuery(
    trpc.grid.losses.queryOptions({ code }, { refetchInterval: LOSSES_MS, staleTime: 0 }),
  );
  return (
    <>
      <FeederLoadPanel
        data={data}
        load={load.data ?? null}
        error={load.error}
        onRetry={() => void load.refetch()}
      />
      <LossPanel losses={losses.data ?? null} error={losses.error} onRetry={() => void losses.refetch()} />
    </>
  );
}
