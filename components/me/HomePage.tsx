'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { Suspense, useEffect } from 'react';
import { useLiveBalance } from '../live/hooks';
import { useLiveRoom } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { EmptyState } from '../ui/states';
import { creditState } from './creditState';
import styles from './HomePage.module.css';
import { MeHead, RoomAge, useRoomName } from './MeHead';
import { MoneyRow } from './MoneyRow';
import type { MyAccount, MyHome, MyOutlook, MyToday, Standing } from './meData';
import { Notices } from './Notices';
import { OffNotice } from './OffNotice';
import { OverLimit } from './OverLimit';
import { PowerPanel } from './PowerPanel';
import { TimeLeft } from './TimeLeft';
import { TodayPanel } from './TodayPanel';
import { QuickTopUp } from './topup/QuickTopUp';
import type { OrderSummary, PaymentMethods } from './topup/topUpData';
import { AS_RENDERED_MS, useStanding } from './useStanding';

const REFRESH_MS = 5_000;

/** Acts that few need: a room with power and credit waits for neither. */
const EmergencyCredit = dynamic(() => import('./EmergencyCredit').then((file) => file.EmergencyCredit));
const RestoreAction = dynamic(() => import('./RestoreAction').then((file) => file.RestoreAction));

/** Comes after the page can be acted on, and stands last so that nothing moves for it. */
const OwnLimits = dynamic(() => import('./OwnLimit').then((file) => file.OwnLimits), { ssr: false });

/** What the first paint of a resident's page stands on. */
export interface HomeInitial {
  readonly home: MyHome;
  /** Null where the room has no account. */
  readonly standing: Standing | null;
  readonly outlook: MyOutlook | null;
  readonly today: MyToday | null;
  readonly methods: PaymentMethods;
  /** The person's own top-ups, newest first. */
  readonly orders: readonly OrderSummary[];
}

/** A resident's first page: how long the credit lasts, what it is, how to add to it, today, and whether there is power. */
export function HomePage({ initial }: { initial: HomeInitial }) {
  const t = useTranslations('me');
  const roomName = useRoomName();
  const home = useHome(initial.home);
  const { account } = home;
  const standing = useStanding(home.room.code, initial.standing);
  const meters = home.points.filter((point) => point.utility === 'ELECTRICITY' || point.hasRelay);
  const first = meters[0] ?? home.points[0] ?? null;
  return (
    <>
      <MeHead title={roomName(home.room)}>
        <RoomAge point={first} />
      </MeHead>
      <div className={styles.columns} data-room={home.room.code}>
        <div className={styles.column}>
          {meters.map((point) => (
            <OffNotice
              key={point.code}
              point={point}
              next={standing?.points.find(({ code }) => code === point.code)?.next}
              named={meters.length > 1}
            >
              <RestoreAction room={home.room.code} standing={standing} pointCode={point.code} />
            </OffNotice>
          ))}
          {meters.map((point) => (
            <OverLimit key={point.code} point={point} named={meters.length > 1} />
          ))}
          {account?.timeLeft && <TimeLeft timeLeft={account.timeLeft} />}
          {account ? (
            <Credit account={account} room={home.room.code} standing={standing} initial={initial} />
          ) : (
            <EmptyState title={t('noAccount')}>{t('noAccountWords')}</EmptyState>
          )}
        </div>
        <div className={styles.column}>
          {/* Nothing here waits: what is below the fold comes to life after the keys above, and leaves them a turn. */}
          <Suspense>
            {account && <TodayPanel initial={initial.today} />}
            <PowerPanel points={home.points} />
            <Notices
              room={home.room.code}
              notices={home.notices}
              more={home.moreNotices}
              currency={account?.currency}
            />
            <OwnLimits room={home.room.code} points={home.points} />
          </Suspense>
        </div>
      </div>
    </>
  );
}

/** The page's facts, asked again every few seconds and at once when money moves. */
function useHome(initial: MyHome): MyHome {
  const trpc = useTRPC();
  const queries = useQueryClient();
  useLiveRoom(`room:${initial.room.code}`);
  const input = { room: initial.room.code };
  const { data } = useQuery(
    trpc.me.home.queryOptions(input, {
      initialData: initial,
      refetchInterval: REFRESH_MS,
      staleTime: AS_RENDERED_MS,
    }),
  );
  const ledger = useLiveBalance(initial.account?.code ?? '')?.ledgerMicro ?? null;
  const key = trpc.me.home.queryKey(input);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the ledger moves, not when the key is made anew
  useEffect(() => {
    if (ledger !== null) void queries.invalidateQueries({ queryKey: key });
  }, [ledger, queries]);
  return data;
}

/** Money, what may be done about it, and the keys of a top-up. */
function Credit({
  account,
  room,
  standing,
  initial,
}: {
  account: MyAccount;
  room: string;
  standing: Standing | undefined;
  initial: HomeInitial;
}) {
  const { outlook, methods, orders } = initial;
  return (
    <>
      <MoneyRow account={account} outlook={outlook} />
      {creditState(standing) && <EmergencyCredit room={room} standing={standing} />}
      {outlook && (
        <QuickTopUp
          room={room}
          accountCode={account.code}
          unit={account.currency}
          methods={methods}
          orders={orders}
          outlook={outlook}
        />
      )}
    </>
  );
}
