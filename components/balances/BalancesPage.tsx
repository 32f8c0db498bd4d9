'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { balanceBandSchema } from '../../contracts/liveEvents';
import type { BalanceBand } from '../../domain/tariffs/balanceBand';
import { useTRPC } from '../live/trpc';
import { formatNumber } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import { useLiveAttributes } from '../ui/LiveValue';
import { useCampusZone } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';
import styles from './BalancesPage.module.css';
import { BandMatrix } from './BandMatrix';
import { BandStrip } from './BandStrip';
import { BuildingRooms } from './BuildingRooms';
import type { BalanceOverview, BuildingBalances } from './balanceTypes';
import { DueList } from './DueList';
import { NoCutPanel } from './NoCutPanel';
import { NoticesToday } from './NoticesToday';
import { RoomPanel } from './RoomPanel';

const OVERVIEW_MS = 30_000;
const FORECAST_MS = 15 * 60_000;

interface Props {
  /** ISO 4217. */
  currency: string;
  overview: BalanceOverview;
  /** Rooms of the building that opens first; null where there are none. */
  building: BuildingBalances | null;
  /** Whether the viewer declares times without cuts. */
  mayDeclare: boolean;
}

/** `/balances`: how long the prepaid rooms last, by building, floor and room. Selection and filter live in the address. */
export function BalancesPage(initial: Props) {
  const t = useTranslations('balances');
  const trpc = useTRPC();
  const [room, setRoom] = useUrlValue('room');
  const [chosen] = useUrlValue('building');
  const marked = useMarkedBand();
  const overviewQuery = useQuery(
    trpc.balances.overview.queryOptions(undefined, {
      initialData: initial.overview,
      refetchInterval: OVERVIEW_MS,
    }),
  );
  const overview = overviewQuery.data;
  const code = chosen ?? initial.building?.code ?? overview.buildings[0]?.code ?? null;
  const buildingQuery = useQuery(
    trpc.balances.building.queryOptions(
      { building: code ?? '' },
      {
        enabled: code !== null,
        initialData: initial.building?.code === code ? initial.building : undefined,
        refetchInterval: OVERVIEW_MS,
      },
    ),
  );
  const building = buildingQuery.data;

  if (overview.rooms === 0) {
    return (
      <>
        <PageHead title={t('title')} />
        <EmptyState title={t('emptyTitle')}>{t('emptyWords')}</EmptyState>
      </>
    );
  }
  return (
    <>
      <Head overview={overview} />
      <BandStrip overview={overview} marked={marked} onMark={(band) => setUrlValues({ band })} />
      <div className={styles.columns}>
        <div className={styles.stack}>
          <BandMatrix
            overview={overview}
            selected={code}
            onSelect={(next) => setUrlValues({ building: next, room: null })}
          />
          <NoticesToday notices={overview.notices} />
          {initial.mayDeclare && <NoCutPanel />}
        </div>
        <div className={styles.stack}>
          {building ? (
            <BuildingRooms building={building} selected={room} onSelect={setRoom} marked={marked} />
          ) : buildingQuery.isError ? (
            <ErrorState cause={t('failedBuilding')} onRetry={() => void buildingQuery.refetch()} />
          ) : (
            <Skeleton height={308} onRetry={() => void buildingQuery.refetch()} />
          )}
          {room !== null && (
            <RoomPanel key={room} space={room} currency={initial.currency} onClose={() => setRoom(null)} />
          )}
          <DueList
            due={overview.due}
            outlook={overview.outlook}
            onSelect={(due) => setUrlValues({ building: due.building, room: due.space })}
          />
        </div>
      </div>
    </>
  );
}

function Head({ overview }: { overview: BalanceOverview }) {
  const t = useTranslations('balances');
  const zone = useCampusZone();
  const { due, outlook, rooms, forecastMs } = overview;
  const runOut = due.cut.length + due.notCut.length;
  const { attributes } = useLiveAttributes({ asOf: forecastMs, intervalMs: FORECAST_MS });
  return (
    <PageHead
      title={
        <span {...attributes} data-testid="headline">
          {outlook.cut === 0
            ? t('headline.none')
            : t('headline.some', { n: outlook.cut, total: formatNumber(rooms) })}
        </span>
      }
      words={runOut === 0 ? t('words.none') : t('words.under', { n: runOut, ...outlook })}
      actions={
        <span className="meta">
          {forecastMs === null
            ? t('noForecast')
            : t('forecastOf', { time: formatTime(forecastMs, zone, false) })}
        </span>
      }
    />
  );
}

/** The band that the address marks; anything else marks none. */
function useMarkedBand(): BalanceBand | null {
  const [value] = useUrlValue('band');
  const parsed = balanceBandSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
