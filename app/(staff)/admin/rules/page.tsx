import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { RulesPage } from '../../../../components/rules/RulesPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('rules'))('title') };
}

/** Alarm rules: what they mean, how often they are right, what they are set to. */
export default async function Page() {
  const session = await signedIn('/admin/rules');
  if (!mayEver(session, 'VIEW_ALARMS')) return <ForbiddenPage roles={rolesThatMay('VIEW_ALARMS')} />;
  return <RulesPage initial={await (await api()).rules.overview()} />;
}
