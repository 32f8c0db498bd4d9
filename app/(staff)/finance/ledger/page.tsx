import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { spanFrom, wordFrom } from '../../../../components/finance/financeTypes';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';
import { pageAnswer } from '../../../pageAnswer';
import { LedgerWithProofs } from './LedgerWithProofs';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('finance'))('title') };
}

type Search = Partial<Record<'span' | 'room' | 'order' | 'operator', string>>;

/** The ledger, and what it adds up to. */
export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const session = await signedIn('/finance/ledger');
  const { finance } = await api();
  const search = await searchParams;
  const asked = Promise.all([
    finance.figures(),
    finance.ledger({
      span: spanFrom(search.span),
      room: wordFrom(search.room),
      order: wordFrom(search.order),
      operator: wordFrom(search.operator),
      before: null,
      limit: 50,
    }),
  ]);
  return pageAnswer(
    asked,
    ([figures, ledger]) => (
      <LedgerWithProofs
        currency={session.campus.currency}
        figures={figures}
        ledger={ledger}
        mayReverse={mayEver(session, 'REFUND')}
      />
    ),
    () => <ForbiddenPage roles={rolesThatMay(search.room ? 'VIEW_MONEY' : 'VIEW_LEDGER')} />,
  );
}
