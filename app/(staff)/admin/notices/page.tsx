import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NoticesPage } from '../../../../components/notices/NoticesPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notices.admin'))('title') };
}

/** What became of messages, and who else is told. */
export default async function Page() {
  const session = await signedIn('/admin/notices');
  if (!mayEver(session, 'MANAGE_NOTICES')) return <ForbiddenPage roles={rolesThatMay('MANAGE_NOTICES')} />;
  const { notices } = await api();
  const [deliveries, groups] = await Promise.all([notices.deliveries({ state: null }), notices.groups()]);
  return <NoticesPage deliveries={deliveries} groups={groups} />;
}
