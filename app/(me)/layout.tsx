import type { Metadata, Viewport } from 'next';
import { getLocale, getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { DemoStrip } from '../../components/demo/DemoStrip';
import { MeFrame } from '../../components/me/MeFrame';
import { RESIDENT_TEXTS } from '../../components/me/texts';
import { StaffLive } from '../../components/shell/StaffLive';
import { currentSession, isDemo, requestTime } from '../../requestContext';
import { Texts } from '../Texts';
import { TrpcRoot } from '../trpc';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('me');
  return {
    manifest: `/me.${await getLocale()}.webmanifest`,
    appleWebApp: { capable: true, title: t('homeTitle'), statusBarStyle: 'default' },
    icons: { icon: '/icon.svg', apple: '/icons/apple-touch-180.png' },
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f8f9' },
    { media: '(prefers-color-scheme: dark)', color: '#1f2429' },
  ],
};

/** A resident's pages: a small frame of their own, without what staff work with. */
export default async function MeLayout({ children }: { children: ReactNode }) {
  const session = await currentSession();
  if (!session) return children;
  return (
    <Texts of={RESIDENT_TEXTS}>
      <TrpcRoot>
        <StaffLive serverTime={requestTime()} campusZone={session.campus.timeZone} rooms={[]} initial={[]}>
          <MeFrame demo={isDemo() ? <DemoStrip mayDrill={false} /> : null}>{children}</MeFrame>
        </StaffLive>
      </TrpcRoot>
    </Texts>
  );
}
