import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { FinanceTabs } from '../../../../components/finance/FinanceTabs';
import { TariffsPage } from '../../../../components/tariffs/TariffsPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { codeField } from '../../../../contracts/importFields';
import { api, signedIn } from '../../../../requestContext';
import { rolesThatMay } from '../../../../server/auth/permissions';
import { pageAnswer } from '../../../pageAnswer';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('tariffs');
  return { title: t('title') };
}

/** Tariffs of the campus with their versions and drafts. */
export default async function Page({ searchParams }: { searchParams: Promise<{ tariff?: string }> }) {
  await signedIn('/finance/tariffs');
  const { tariff } = await searchParams;
  const { tariffs } = await api();
  const known = codeField.safeParse(tariff);
  return pageAnswer(
    tariffs.page(known.success ? { tariff: known.data } : {}),
    (initial) => <TariffsPage initial={initial} tabs={<FinanceTabs />} />,
    () => <ForbiddenPage roles={rolesThatMay('VIEW_TARIFFS')} />,
  );
}
