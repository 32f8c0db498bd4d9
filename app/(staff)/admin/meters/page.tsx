import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { filterOf } from '../../../../components/meters/fleetFilterOf';
import { PAGE_ROWS } from '../../../../components/meters/fleetTypes';
import { MetersPage } from '../../../../components/meters/MetersPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('meters'))('title') };
}

type Query = Record<string, string | string[] | undefined>;

/** All meters in one list. */
export default async function Page({ searchParams }: { searchParams: Promise<Query> }) {
  const session = await signedIn('/admin/meters');
  if (!mayEver(session, 'VIEW_HEALTH')) return <ForbiddenPage roles={rolesThatMay('VIEW_HEALTH')} />;
  const query = await searchParams;
  const filter = filterOf((name) => {
    const value = query[name];
    return (typeof value === 'string' ? value : value?.[0]) ?? null;
  });
  const initial = await (await api()).meters.fleet({ filter, offset: 0, limit: PAGE_ROWS });
  return <MetersPage initial={initial} initialFilter={filter} />;
}
