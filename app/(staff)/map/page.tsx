import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { MapPage } from '../../../components/campus/MapPage';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { api, mapToken, signedIn } from '../../../requestContext';
import { ACTIONS, mayEver, rolesThatMay } from '../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('map'))('label') };
}

/** The campus as a plan. */
export default async function CampusMapPage() {
  const session = await signedIn('/map');
  if (!mayEver(session, 'VIEW_MAP')) return <ForbiddenPage roles={rolesThatMay('VIEW_MAP')} />;
  const { map, live } = await api();
  const [places, snapshot] = await Promise.all([map.places(), live.snapshot({ room: 'campus' })]);
  return (
    <MapPage
      places={places}
      live={snapshot}
      may={ACTIONS.filter((action) => mayEver(session, action))}
      mapToken={mapToken()}
    />
  );
}
