import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NewSchedulePage } from '../../../../../components/control/NewSchedulePage';
import { ForbiddenPage } from '../../../../../components/ui/CenteredPage';
import { signedIn } from '../../../../../requestContext';
import { grantOf, rolesThatMay } from '../../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('control'))('schedules.form.title') };
}

/** Asks for a switching schedule, after a dry run. */
export default async function Page() {
  const session = await signedIn('/control/schedules/new');
  const may = (action: 'CUT' | 'RESTORE') =>
    session.bindings.some(({ role }) => grantOf(action, role) === 'FULL');
  if (!may('CUT') || !may('RESTORE')) return <ForbiddenPage roles={rolesThatMay('CUT_FEEDER')} />;
  return <NewSchedulePage />;
}
