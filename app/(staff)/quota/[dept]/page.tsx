import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { DepartmentPage } from '../../../../components/quota/DepartmentPage';
import { signedIn } from '../../../../requestContext';
import { type DepartmentRoute, departmentOr } from './departmentOr';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('quota');
  return { title: t('title') };
}

/** One department's quota of a month. */
export default async function Page(route: DepartmentRoute) {
  await signedIn(`/quota/${(await route.params).dept}`);
  return departmentOr(route, (view) => <DepartmentPage key={view.department.code} initial={view} />);
}
