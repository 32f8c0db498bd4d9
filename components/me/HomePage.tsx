'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { useLiveBalance } from '../live/hooks';
import { useLiveRoom } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { EmptyState } from '../ui/states';
import styles from './HomePage.module.css';
import { MeHead, RoomAge, useRoomName } from './MeHead';
import { MoneyRow } from './MoneyRow';
import type { MyHome, MyOutlook, MyToday } from './meData';
import { Notices } from './Notices';
import { OffNotice } from './OffNotice';
import { PowerPanel } from './PowerPanel';
import { TimeLeft } from './TimeLeft';
import { TodayPanel } from './TodayPanel';

const REFRESH_MS = 5_000;

/** What the first paint of a resident's page stands on. */
export interface HomeInitial {
  readonly home: MyHome;
  readonly outlook: MyOutlook | null;
  readonly today: MyToday | null;
}

/** A resident's first page: how long the credit lasts, what it is, how to add to it, today, and whether there is power. */
export function HomePage({ initial }: { initial: HomeInitial }) {
  const t = useTranslations('me');
  const roomName = useRoomName();
  const home = useHome(initial.home);
  const { account } = home;
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
            <OffNotice key={point.code} point={point} named={meters.length > 1} />
          ))}
          {account?.timeLeft && <TimeLeft timeLeft={account.timeLeft} />}
          {account ? (
            <Credit account={account} outlook={initial.outlook} />
          ) : (
            <EmptyState title={t('noAccount')}>{t('noAccountWords')}</EmptyState>
          )}
        </div>
        <div className={styles.column}>
          {account && <TodayPanel initial={initial.today} />}
          <PowerPanel points={home.points} />
          <Notices notices={home.notices} />
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
    trpc.me.home.queryOptions(input, { initialData: initial, refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  const ledger = useLiveBalance(initial.account?.code ?? '')?.ledgerMicro ?? null;
  const key = trpc.me.home.queryKey(input);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the ledger moves, not when the key is made anew
  useEffect(() => {
    if (ledger !== null) void queries.invalidateQueries({ queryKey: key });
  }, [ledger, queries]);
  return data;
}

function Credit({
  account,
  outlook,
}: {
  account: NonNullable<MyHome['account']>;
  outlook: MyOutlook | null;
}) {
  return <MoneyRow account={account} outlook={outlook} />;
}
