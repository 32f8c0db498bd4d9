'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { microFromText } from '../../../domain/units';
import { useTRPC } from '../../live/trpc';
import type { MyOutlook } from '../meData';

const STALE_MS = 60_000;

/** Hours that the room's credit would last after a top-up of each amount, as typed; null: not forecast yet. */
export function useLasts(
  room: string,
  amounts: readonly string[],
  initial?: MyOutlook,
): ReadonlyMap<string, number | null> {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.me.outlook.queryOptions(
      { room, amounts: [...amounts] },
      { staleTime: STALE_MS, placeholderData: initial ?? keepPreviousData },
    ),
  );
  return new Map(
    (data?.lasts ?? []).flatMap(({ amountMicro, hours }) =>
      amounts
        .filter((amount) => microFromText(amount) === amountMicro)
        .map((amount): [string, number | null] => [amount, hours]),
    ),
  );
}
