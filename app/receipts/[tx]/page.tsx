import type { Metadata } from 'next';
import { getLocale, getTranslations } from 'next-intl/server';
import { ReceiptPage } from '../../../components/receipts/ReceiptPage';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../requestContext';
import { rolesThatMay } from '../../../server/auth/permissions';
import { pageAnswer } from '../../pageAnswer';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('receipts'))('title') };
}

/** The receipt of one transaction, to keep or to print. */
export default async function Page({ params }: { params: Promise<{ tx: string }> }) {
  const { tx } = await params;
  const session = await signedIn(`/receipts/${tx}`);
  const { receipts } = await api();
  const { campus } = session;
  const name = (await getLocale()) === 'en' ? (campus.nameEn ?? campus.name) : campus.name;
  return pageAnswer(
    receipts.get({ txId: tx }),
    (data) => <ReceiptPage data={data} campusName={name} zone={campus.timeZone} />,
    () => <ForbiddenPage roles={rolesThatMay('VIEW_MONEY')} />,
  );
}
