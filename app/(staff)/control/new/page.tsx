import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NewJobPage } from '../../../../components/control/NewJobPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { signedIn } from '../../../../requestContext';
import { grantOf, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('control'))('form.title') };
}

/** Asks for a bulk job, after a dry run. */
export default async function Page() {
  const session = await signedIn('/control/new');
  // A right under one's own tag is for a single point.
  const may = session.bindings.some(
    ({ role }) => grantOf('CUT', role) === 'FULL' || grantOf('RESTORE', role) === 'FULL',
  );
  if (!may) return <ForbiddenPage roles={rolesThatMay('CUT')} />;
  return <NewJobPage />;
}
