import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { DueCuts } from '../../../components/balances/DueCuts';
import { ControlPage } from '../../../components/control/ControlPage';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../requestContext';
import { mayEver, rolesThatMay } from '../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('control'))('title') };
}

/** Everything that switches, and what keeps from switching. */
export default async function Page() {
  const session = await signedIn('/control');
  if (!mayEver(session, 'VIEW_COMMANDS')) return <ForbiddenPage roles={rolesThatMay('VIEW_COMMANDS')} />;
  return (
    <ControlPage
      initial={await (await api()).control.overview()}
      cuts={mayEver(session, 'VIEW_BAND') && <DueCuts />}
    />
  );
}
