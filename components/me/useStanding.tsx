'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { useOffline } from '../live/useOffline';
import { useCode } from '../ui/useCode';
import type { Standing } from './meData';

const REFRESH_MS = 5_000;
/** What the page was just rendered with is not asked for again while the page is made ready. */
export const AS_RENDERED_MS = 2_000;

/**
 * How the room's credit stands and what may be done, asked again every few seconds; undefined while nothing is known.
 * @param initial as the page was read; null: the room has no account, and nothing is asked
 */
export function useStanding(room: string, initial?: Standing | null): Standing | undefined {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.credit.standing.queryOptions(
      { room },
      {
        initialData: initial ?? undefined,
        enabled: initial !== null,
        refetchInterval: REFRESH_MS,
        staleTime: AS_RENDERED_MS,
      },
    ),
  );
  return data;
}

/** Nothing is sent offline, and what was done is looked at again at once. */
export function useAfterwards(room: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const offline = useOffline();
  return {
    offline,
    settled: () => {
      void queries.invalidateQueries({ queryKey: trpc.credit.standing.queryKey({ room }) });
      void queries.invalidateQueries({ queryKey: trpc.me.home.queryKey({ room }) });
    },
  };
}

/** Why the server did not do what was asked, in words. */
export function Refusal({ error }: { error: unknown }) {
  const code = useCode();
  return error === null || error === undefined ? null : `${code('refusal', refusalOf(error).reason)} `;
}
