import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { DisplaysPage } from '../../../../components/displays/DisplaysPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('displays'))('title') };
}

/** Paired walls. */
export default async function Displays() {
  const session = await signedIn('/admin/displays');
  if (!mayEver(session, 'MANAGE_DISPLAYS')) return <ForbiddenPage roles={['ADMIN']} />;
  return <DisplaysPage initial={await (await api()).displays.list()} />;
}
