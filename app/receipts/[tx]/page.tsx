import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getLocale, getTranslations } from 'next-intl/server';
import { ReceiptPage } from '../../../components/receipts/ReceiptPage';
import { ForbiddenPage } from '../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../requestContext';
import { rolesThatMay } from '../../../server/auth/permissions';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('receipts'))('title') };
}

/** The receipt of one transaction, to keep or to print. */
export default async function Page({ params }: { params: Promise<{ tx: string }> }) {
  const { tx } = await params;
  const session = await signedIn(`/receipts/${tx}`);
  if (!/^[1-9]\d{0,17}$/.test(tx)) notFound();
  const { receipts } = await api();
  const { campus } = session;
  try {
    const data = await receipts.get({ txId: tx });
    const name = (await getLocale()) === 'en' ? (campus.nameEn ?? campus.name) : campus.name;
    return <ReceiptPage data={data} campusName={name} zone={campus.timeZone} />;
  } catch (error) {
    if (error instanceof TRPCError && error.code === 'FORBIDDEN')
      return <ForbiddenPage roles={rolesThatMay('VIEW_MONEY')} />;
    if (error instanceof TRPCError && error.code === 'NOT_FOUND') notFound();
    throw error;
  }
}
