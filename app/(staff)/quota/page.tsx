import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { QuotaPage } from '../../../components/quota/QuotaPage';
import { monthFrom, utilityFrom } from '../../../components/quota/quotaQuery';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { campusZone } from '../../../domain/time/campusTime';
import { api, requestTime, signedIn } from '../../../requestContext';
import { rolesThatMay } from '../../../server/auth/permissions';
import { pageAnswer } from '../../pageAnswer';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('quota');
  return { title: t('title') };
}

/** All departments of a month against their quotas. */
export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ month?: string; utility?: string }>;
}) {
  const session = await signedIn('/quota');
  const query = await searchParams;
  const { quota } = await api();
  const thisMonth = campusZone(session.campus.timeZone).dateKey(requestTime()).slice(0, 7);
  return pageAnswer(
    quota.list({ month: monthFrom(query.month), utility: utilityFrom(query.utility) }),
    (list) => <QuotaPage initial={list} thisMonth={thisMonth} />,
    () => <ForbiddenPage roles={rolesThatMay('VIEW_QUOTA')} />,
  );
}
