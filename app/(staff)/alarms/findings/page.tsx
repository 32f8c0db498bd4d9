import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { FindingsPage } from '../../../../components/alarms/findings/FindingsPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('findings'))('title') };
}

/** What is used and should not be, by what it costs. */
export default async function Page() {
  const session = await signedIn('/alarms/findings');
  if (!mayEver(session, 'VIEW_ALARMS')) return <ForbiddenPage roles={rolesThatMay('VIEW_ALARMS')} />;
  return <FindingsPage initial={await (await api()).findings.list()} />;
}
