import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { MeHead } from '../../../../components/me/MeHead';
import { NoticePreferences } from '../../../../components/notices/NoticePreferences';
import { api, signedIn } from '../../../../requestContext';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notices'))('title') };
}

/** What a resident is sent, and where to. */
export default async function Page() {
  await signedIn('/me/notices');
  const t = await getTranslations('notices');
  return (
    <>
      <MeHead title={t('title')} back="/me/account" />
      <NoticePreferences initial={await (await api()).notices.preferences()} />
    </>
  );
}
