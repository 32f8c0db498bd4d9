import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { KeysPage } from '../../../../components/keys/KeysPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('keys'))('title') };
}

/** Keys of the REST interface. */
export default async function Page() {
  const session = await signedIn('/admin/keys');
  if (!mayEver(session, 'MANAGE_KEYS')) return <ForbiddenPage roles={rolesThatMay('MANAGE_KEYS')} />;
  return <KeysPage initial={await (await api()).keys.list()} />;
}
