'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { microFromText } from '../../../domain/units';
import { useTRPC } from '../../live/trpc';
import type { MyOutlook } from '../meData';

const STALE_MS = 60_000;

/** What a top-up comes to: hours that credit would last, and the units that it buys where the account holds them. */
export type Reach = Pick<MyOutlook['lasts'][number], 'hours' | 'sale'>;

/**
 * What a top-up of each amount, as typed, would come to; hours are null while not forecast.
 * @param initial as the page was read, with these amounts
 */
export function useLasts(
  room: string,
  amounts: readonly string[],
  initial?: MyOutlook,
): ReadonlyMap<string, Reach> {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.me.outlook.queryOptions(
      { room, amounts: [...amounts] },
      { staleTime: STALE_MS, initialData: initial, placeholderData: keepPreviousData },
    ),
  );
  return new Map(
    (data?.lasts ?? []).flatMap(({ amountMicro, hours, sale }) =>
      amounts
        .filter((amount) => microFromText(amount) === amountMicro)
        .map((amount): [string, Reach] => [amount, { hours, sale }]),
    ),
  );
}
