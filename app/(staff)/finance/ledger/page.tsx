import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { spanFrom, wordFrom } from '../../../../components/finance/financeTypes';
import { LedgerPage } from '../../../../components/finance/LedgerPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('finance'))('title') };
}

type Search = Partial<Record<'span' | 'room' | 'order' | 'operator', string>>;

/** The ledger, and what it adds up to. */
export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const session = await signedIn('/finance/ledger');
  const { finance } = await api();
  const search = await searchParams;
  try {
    const [figures, ledger] = await Promise.all([
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
    return (
      <LedgerPage
        currency={session.campus.currency}
        figures={figures}
        ledger={ledger}
        mayReverse={mayEver(session, 'REFUND')}
      />
    );
  } catch (error) {
    if (error instanceof TRPCError && error.code === 'FORBIDDEN')
      return <ForbiddenPage roles={rolesThatMay('VIEW_LEDGER')} />;
    throw error;
  }
}
