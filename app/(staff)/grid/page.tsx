import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { GridPage } from '../../../components/grid/GridPage';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../requestContext';
import { mayEver, rolesThatMay } from '../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('grid'))('title') };
}

/** Which feeder is nearest to its limit, now and in the hours ahead. */
export default async function Grid() {
  const session = await signedIn('/grid');
  if (!mayEver(session, 'VIEW_MAP')) return <ForbiddenPage roles={rolesThatMay('VIEW_MAP')} />;
  const { grid } = await api();
  return <GridPage initial={await grid.view()} />;
}
