import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AdminPage } from '../../../components/admin/AdminPage';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../requestContext';
import { mayEver, rolesThatMay } from '../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('admin'))('title') };
}

/** Whether the product does its work. */
export default async function Page() {
  const session = await signedIn('/admin');
  if (!mayEver(session, 'VIEW_HEALTH')) return <ForbiddenPage roles={rolesThatMay('VIEW_HEALTH')} />;
  const { admin } = await api();
  const [health, flow] = await Promise.all([admin.health(), admin.moneyFlow({ span: 'QUARTER' })]);
  return (
    <AdminPage
      currency={session.campus.currency}
      health={health}
      flow={flow}
      managesWalls={mayEver(session, 'MANAGE_DISPLAYS')}
      managesKeys={mayEver(session, 'MANAGE_KEYS')}
      managesNotices={mayEver(session, 'MANAGE_NOTICES')}
    />
  );
}
