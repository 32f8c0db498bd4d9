import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { QuotaReport } from '../../../../../components/quota/report/QuotaReport';
import { isDemo, signedIn } from '../../../../../requestContext';
import { type DepartmentRoute, departmentOr } from '../departmentOr';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('quota.report');
  return { title: t('title') };
}

/** The month's report of one department, for paper. */
export default async function Page(route: DepartmentRoute) {
  const session = await signedIn('/quota');
  return departmentOr(route, (view) => (
    <QuotaReport view={view} campus={session.campus} author={session.displayName} demo={isDemo()} />
  ));
}
