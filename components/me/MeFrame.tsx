'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { useConnection } from '../live/LiveProvider';
import { pageName } from '../shell/pageName';
import { OfflineBanner } from '../ui/ConnState';
import { Glyph, type GlyphName } from '../ui/glyphs';
import styles from './MeFrame.module.css';

const TABS: readonly { href: string; name: 'home' | 'usage' | 'me'; glyph: GlyphName }[] = [
  { href: '/me', name: 'home', glyph: 'home' },
  { href: '/me/usage', name: 'usage', glyph: 'bars' },
  { href: '/me/account', name: 'me', glyph: 'person' },
];
/** A page that leads through one thing has its way back in the head, and its buttons where the tabs would be. */
const WITHOUT_TABS: readonly string[] = ['/me/topup'];

/** Frame of a resident's pages: tabs at the bottom of a phone and at the top of a desk, and what the connection says. */
export function MeFrame({ demo, children }: { demo: ReactNode; children: ReactNode }) {
  const t = useTranslations('shell');
  const common = useTranslations('common');
  const path = usePathname();
  const { state, offlineAsOf } = useConnection();
  const tabs = !WITHOUT_TABS.includes(path);
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    void navigator.serviceWorker.register('/shell-sw.js?page=me', { scope: '/me' }).catch(() => undefined);
  }, []);
  return (
    <div className={styles.frame} data-testid={`page-${pageName(path)}`} data-tabs={tabs}>
      <a className={styles.skip} href="#content">
        {common('skip')}
      </a>
      {demo}
      {tabs && (
        <nav className={styles.tabs} aria-label={t('tabs')}>
          {TABS.map(({ href, name, glyph }) => (
            <Link key={href} href={href} aria-current={path === href ? 'page' : undefined}>
              <Glyph name={glyph} size="20px" />
              {t(name)}
            </Link>
          ))}
        </nav>
      )}
      <OfflineBanner state={state} asOf={offlineAsOf} />
      <main id="content" className={styles.main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
