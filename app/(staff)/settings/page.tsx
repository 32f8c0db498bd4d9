import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NoticePreferences } from '../../../components/notices/NoticePreferences';
import { PageHead } from '../../../components/ui/PageHead';
import { api, signedIn } from '../../../requestContext';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notices'))('title') };
}

/** What a person of staff is sent, and where to. */
export default async function Page() {
  await signedIn('/settings');
  const t = await getTranslations('notices');
  return (
    <>
      <PageHead title={t('title')} />
      <NoticePreferences initial={await (await api()).notices.preferences()} />
    </>
  );
}
