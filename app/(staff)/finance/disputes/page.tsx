import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { DisputesPage } from '../../../../components/finance/DisputesPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { grantOf, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('disputes'))('title') };
}

/** Charges that payers contest. */
export default async function Page() {
  const session = await signedIn('/finance/disputes');
  const decides = session.bindings.some(({ role }) => grantOf('DECIDE_DISPUTE', role) === 'FULL');
  if (!decides) return <ForbiddenPage roles={rolesThatMay('DECIDE_DISPUTE')} />;
  const { disputes } = await api();
  return <DisputesPage initial={await disputes.list()} currency={session.campus.currency} />;
}
