import type { Metadata } from 'next';
import { AccountPage } from '../../../../../components/finance/AccountPage';
import { CashDesk } from '../../../../../components/rooms/CashDesk';
import { ForbiddenPage } from '../../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../../requestContext';
import { rolesThatMay } from '../../../../../server/auth/permissions';
import { codeIn, pageAnswer } from '../../../../pageAnswer';

interface Params {
  params: Promise<{ account: string }>;
}

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: await codeIn(params, 'account') };
}

/** One account: what it has and owes, what is agreed and given, its tariffs, and the cash desk. */
export default async function Page({ params }: Params) {
  const account = await codeIn(params, 'account');
  const session = await signedIn(`/finance/accounts/${encodeURIComponent(account)}`);
  const { finance, credit } = await api();
  const { currency } = session.campus;
  return pageAnswer(
    Promise.all([finance.account({ account }), credit.grants({ account })]),
    ([initial, grants]) => (
      <AccountPage
        key={account}
        code={account}
        currency={currency}
        initial={initial}
        grants={grants}
        cashDesk={
          initial.account.status === 'ACTIVE' ? (
            <CashDesk
              account={{ code: account, payCurrency: currency }}
              off={initial.standing.points.some(({ position }) => position === 'OPEN')}
            />
          ) : null
        }
      />
    ),
    () => <ForbiddenPage roles={rolesThatMay('CASH_DESK')} />,
  );
}
