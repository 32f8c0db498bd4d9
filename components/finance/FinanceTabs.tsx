'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import styles from './FinanceTabs.module.css';

/** Pages of finance, in the order in which its day goes. */
const PAGES = [
  { key: 'ledger', href: '/finance/ledger' },
  { key: 'tariffs', href: '/finance/tariffs' },
  { key: 'disputes', href: '/finance/disputes' },
] as const;

/** The pages of finance beside each other. */
export function FinanceTabs() {
  const t = useTranslations('finance');
  const path = usePathname();
  return (
    <nav className={styles.tabs} aria-label={t('tabs')}>
      {PAGES.map(({ key, href }) => (
        <Link key={key} href={href} aria-current={path === href ? 'page' : undefined}>
          {t(`page.${key}`)}
        </Link>
      ))}
    </nav>
  );
}
