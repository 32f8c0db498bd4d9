'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { LiveSnapshot } from '../../contracts/liveEvents';
import { useAlarms, useLiveCampus } from '../live/hooks';
import { useLiveRoom } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import type { CampusPlaces } from '../map/campusData';
import { ButtonLink } from '../ui/Button';
import { useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { CampusKpis } from './CampusKpis';
import { CampusMapPanel } from './CampusMapPanel';
import { DeviationsPanel } from './DeviationsPanel';
import { LoadTodayPanel } from './LoadTodayPanel';
import styles from './OverviewPage.module.css';
import type { CampusBands, Deviations, LoadToday } from './overviewTypes';
import { SupplyUsePanel } from './SupplyUsePanel';
import { useHeadline } from './useHeadline';

const BANDS_MS = 60_000;
const DEVIATIONS_MS = 20_000;

interface Props {
  places: CampusPlaces;
  bands: CampusBands;
  loadToday: LoadToday;
  deviations: Deviations;
  /** Live state at this render; null where it could not be had. */
  live: LiveSnapshot | null;
  /** Actions that some role of the viewer allows. */
  may: readonly string[];
  mapToken: string | null;
  /** One line about what waits for the viewer's word. */
  waiting: ReactNode;
}

/** `/overview`: is the campus normal, and where not? */
export function OverviewPage(initial: Props) {
  const { places, may, live, mapToken, waiting } = initial;
  const t = useTranslations('overview');
  const trpc = useTRPC();
  useLiveRoom('campus');
  const figures = useLiveCampus() ?? live?.campus ?? null;
  const alarms = useAlarms();
  const now = useNow();
  const bands = useQuery(
    trpc.overview.bands.queryOptions(undefined, { initialData: initial.bands, refetchInterval: BANDS_MS }),
  ).data;
  const deviations = useQuery(
    trpc.overview.deviations.queryOptions(undefined, {
      initialData: initial.deviations,
      refetchInterval: DEVIATIONS_MS,
    }),
  ).data;
  const loadToday = useQuery(
    trpc.overview.loadToday.queryOptions(undefined, {
      initialData: initial.loadToday,
      refetchInterval: BANDS_MS,
    }),
  ).data;
  const seesAlarms = may.includes('VIEW_ALARMS');
  const headline = useHeadline({ alarms, now, figures, bands, deviations, places, seesAlarms });
  return (
    <>
      <PageHead
        title={<span data-testid="headline">{headline.title}</span>}
        actions={
          headline.open && (
            <ButtonLink href={headline.open.href} variant="primary">
              {t('open', { name: headline.open.name })}
            </ButtonLink>
          )
        }
      />
      {waiting}
      <CampusKpis figures={figures} bands={bands} may={may} />
      <div className={styles.split}>
        <CampusMapPanel places={places} may={may} initial={live} mapToken={mapToken} />
        <DeviationsPanel deviations={deviations} alarms={alarms} places={places} />
      </div>
      <div className={styles.split}>
        <LoadTodayPanel data={loadToday} figures={figures} />
        <SupplyUsePanel figures={figures} initial={live} places={places} deviations={deviations} />
      </div>
    </>
  );
}
