'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { refusalOf } from '../live/refusal';
import { useTRPC, useTRPCClient } from '../live/trpc';
import { Button } from '../ui/Button';
import { ErrorState } from '../ui/states';
import { useCode } from '../ui/useCode';
import type { MyNotice, NoticePage } from './meData';
import { NoticeRows } from './NoticeRows';

/** Every notice of the own time, a page at a time; the newest stand until the first page is there. */
export function AllNotices({
  room,
  newest,
  currency,
}: {
  room: string;
  newest: readonly MyNotice[];
  currency: string | undefined;
}) {
  const t = useTranslations('me');
  const code = useCode();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    // Below the key of the first page, so that what makes that stale makes this stale.
    queryKey: [...trpc.me.home.queryKey({ room }), 'notices'],
    initialPageParam: null as NoticePage['next'],
    queryFn: ({ pageParam }) => client.me.notices.query({ room, before: pageParam }),
    getNextPageParam: (page) => page.next,
  });
  return (
    <div data-testid="all-notices" aria-busy={isFetching}>
      <NoticeRows
        room={room}
        notices={data?.pages.flatMap(({ notices }) => notices) ?? newest}
        currency={currency}
      />
      {error && (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      )}
      {hasNextPage && (
        <Button
          size="control"
          wide
          disabled={isFetching}
          onClick={() => void fetchNextPage()}
          data-testid="notices-older"
        >
          {t('noticesOlder')}
        </Button>
      )}
    </div>
  );
}
