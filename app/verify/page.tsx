import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { VerifyPage } from '../../components/verify/VerifyPage';
import { api } from '../../requestContext';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('receipts'))('verifyTitle') };
}

/** Anybody checks a receipt here. The keys come with the page; the receipt stands behind `#` and never reaches the server. */
export default async function Verify() {
  const procedures = await api();
  const [keys, campuses] = await Promise.all([procedures.receipts.keys(), procedures.places.campuses()]);
  return <VerifyPage keys={keys} zone={campuses[0]?.timeZone ?? 'UTC'} />;
}
