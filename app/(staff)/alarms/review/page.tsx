import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ReviewPage } from '../../../../components/alarms/review/ReviewPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('alarmReview'))('title') };
}

/** How the alarms themselves are doing. */
export default async function Page() {
  const session = await signedIn('/alarms/review');
  if (!mayEver(session, 'VIEW_ALARMS')) return <ForbiddenPage roles={rolesThatMay('VIEW_ALARMS')} />;
  return <ReviewPage initial={await (await api()).alarms.covered()} />;
}
