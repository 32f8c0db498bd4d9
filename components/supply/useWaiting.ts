'use client';

import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { createContext, useContext } from 'react';
import type { AppRouter } from '../../server/trpc/root';
import { useTRPC } from '../live/trpc';

/** Something that waits for the viewer's word. */
export type WaitingItem = inferRouterOutputs<AppRouter>['control']['waiting'][number];

const REFRESH_MS = 5_000;

const Waiting = createContext<readonly WaitingItem[] | null>(null);

/** Hands what waits to the pages of the frame, so that badge, list and line are one answer. */
export const WaitingItems = Waiting.Provider;

/** What waits for the viewer as a second person, most urgent first; null: nothing ever does. */
export function useWaiting(): readonly WaitingItem[] | null {
  return useContext(Waiting);
}

/**
 * The same as it stands now, asked for again every five seconds and after each act of one's own.
 * @param initial as the page was rendered; null: the viewer's roles answer nothing, and nothing is asked
 */
export function useWaitingNow(initial: readonly WaitingItem[] | null): readonly WaitingItem[] | null {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.control.waiting.queryOptions(undefined, {
      enabled: initial !== null,
      initialData: initial === null ? undefined : [...initial],
      refetchInterval: REFRESH_MS,
    }),
  );
  return data ?? null;
}
