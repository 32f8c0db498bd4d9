import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { PaymentsPage } from '../../../../components/finance/PaymentsPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('payments'))('title') };
}

/** Payments that need a person, refunds and the bank's lists. */
export default async function Page() {
  const session = await signedIn('/finance/payments');
  if (!mayEver(session, 'REFUND')) return <ForbiddenPage roles={rolesThatMay('REFUND')} />;
  const { payments } = await api();
  const attention = await payments.attention();
  const refunds = await payments.refunds({ account: null });
  return <PaymentsPage currency={session.campus.currency} attention={attention} refunds={refunds} />;
}
