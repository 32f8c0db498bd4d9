import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { WaitingLine } from '../../../components/control/WaitingLine';
import { OverviewPage } from '../../../components/overview/OverviewPage';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { api, mapToken, signedIn } from '../../../requestContext';
import { ACTIONS, mayEver, rolesThatMay } from '../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('overview'))('title') };
}

/** Is the campus normal, and where not? */
export default async function Overview() {
  const session = await signedIn('/overview');
  if (!mayEver(session, 'VIEW_OVERVIEW')) return <ForbiddenPage roles={rolesThatMay('VIEW_OVERVIEW')} />;
  const { overview, live } = await api();
  const [places, bands, loadToday, deviations, snapshot] = await Promise.all([
    overview.places(),
    overview.bands(),
    overview.loadToday(),
    overview.deviations(),
    live.snapshot({ room: 'campus' }),
  ]);
  return (
    <OverviewPage
      places={places}
      bands={bands}
      loadToday={loadToday}
      deviations={deviations}
      live={snapshot}
      may={ACTIONS.filter((action) => mayEver(session, action))}
      mapToken={mapToken()}
      waiting={<WaitingLine />}
    />
  );
}
