import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AccountPage } from '../../../../../components/finance/AccountPage';
import { CashDesk } from '../../../../../components/rooms/CashDesk';
import { ForbiddenPage } from '../../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../../server/auth/permissions';

interface Params {
  params: Promise<{ account: string }>;
}

async function codeOf({ params }: Params): Promise<string> {
  return decodeURIComponent((await params).account);
}

export async function generateMetadata(props: Params): Promise<Metadata> {
  return { title: await codeOf(props) };
}

/** One account: what it has and owes, what is agreed and given, its tariffs, and the cash desk. */
export default async function Page(props: Params) {
  const account = await codeOf(props);
  const session = await signedIn(`/finance/accounts/${encodeURIComponent(account)}`);
  if (!mayEver(session, 'CASH_DESK')) return <ForbiddenPage roles={rolesThatMay('CASH_DESK')} />;
  const { finance, credit } = await api();
  const initial = await finance.account({ account }).catch((error: unknown) => {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST'))
      notFound();
    throw error;
  });
  const grants = await credit.grants({ account });
  const { currency } = session.campus;
  const off = initial.standing.points.some(({ position }) => position === 'OPEN');
  return (
    <AccountPage
      key={account}
      code={account}
      currency={currency}
      initial={initial}
      grants={grants}
      cashDesk={
        initial.account.status === 'ACTIVE' ? (
          <CashDesk account={{ code: account, payCurrency: currency }} off={off} />
        ) : null
      }
    />
  );
}
