import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { AlarmsWorkspace } from '../../../../components/alarms/AlarmsWorkspace';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, currentSession, requestTime } from '../../../../requestContext';
import { alarmScopeOf, permissionFor, rolesThatMay } from '../../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('alarms'))('title') };
}

/** List and pane stand here, so that going from alarm to alarm renders neither anew; the pages below only guard the way. */
export default async function AlarmsLayout({ children }: { children: ReactNode }) {
  const session = await currentSession();
  if (!session) return children;
  const at = new Date(requestTime());
  if (!alarmScopeOf((action) => permissionFor(session, action, at)))
    return <ForbiddenPage roles={rolesThatMay('VIEW_ALARMS')} />;
  return (
    <>
      {children}
      <AlarmsWorkspace me={session.displayName} initial={await (await api()).alarms.list()} />
    </>
  );
}
