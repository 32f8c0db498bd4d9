import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { RosterPage } from '../../../../components/duty/RosterPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('duty'))('title') };
}

/** Who answers alarms when and where. */
export default async function Page() {
  const session = await signedIn('/admin/people');
  if (!mayEver(session, 'VIEW_ALARMS')) return <ForbiddenPage roles={rolesThatMay('VIEW_ALARMS')} />;
  return <RosterPage initial={await (await api()).duty.roster()} />;
}
