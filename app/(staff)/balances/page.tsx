import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { BalancesPage } from '../../../components/balances/BalancesPage';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../requestContext';
import { mayEver, rolesThatMay } from '../../../server/auth/permissions';
import { pageAnswer } from '../../pageAnswer';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('balances');
  return { title: t('title') };
}

/** How long the prepaid rooms last. */
export default async function Page({ searchParams }: { searchParams: Promise<{ building?: string }> }) {
  const session = await signedIn('/balances');
  const { balances } = await api();
  const { building } = await searchParams;
  const read = async () => {
    const overview = await balances.overview();
    const code = overview.buildings.some((one) => one.code === building)
      ? building
      : overview.buildings[0]?.code;
    return { overview, rooms: code === undefined ? null : await balances.building({ building: code }) };
  };
  return pageAnswer(
    read(),
    ({ overview, rooms }) => (
      <BalancesPage
        currency={session.campus.currency}
        overview={overview}
        building={rooms}
        mayDeclare={mayEver(session, 'DECLARE_NO_CUT')}
      />
    ),
    () => <ForbiddenPage roles={rolesThatMay('VIEW_BAND')} />,
  );
}
