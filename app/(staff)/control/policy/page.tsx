import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { PolicyReplayPage } from '../../../../components/control/PolicyReplayPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('control'))('replay.title') };
}

/** Tries a draft of the cut-off policy on the last weeks. */
export default async function Page() {
  const session = await signedIn('/control/policy');
  if (!mayEver(session, 'REPLAY_POLICY')) return <ForbiddenPage roles={rolesThatMay('REPLAY_POLICY')} />;
  return <PolicyReplayPage choices={await (await api()).control.draftChoices()} />;
}
