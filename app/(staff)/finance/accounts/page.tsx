import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AccountsPage } from '../../../../components/finance/AccountsPage';
import { wordFrom } from '../../../../components/finance/financeTypes';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('accounts'))('title') };
}

/** Accounts by what somebody types, and the funds that pay for them. */
export default async function Page({ searchParams }: { searchParams: Promise<{ q?: string }> }) {
  const session = await signedIn('/finance/accounts');
  if (!mayEver(session, 'CASH_DESK')) return <ForbiddenPage roles={rolesThatMay('CASH_DESK')} />;
  const text = wordFrom((await searchParams).q) ?? '';
  const { finance, credit } = await api();
  const found = await finance.accounts({ text });
  const grants = await credit.grants({ account: null });
  return <AccountsPage currency={session.campus.currency} text={text} found={found} grants={grants} />;
}
