'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { TabLinks } from '../ui/TabLinks';
import { useOpenPages } from '../ui/useOpens';

/** Pages of finance, in the order in which its day goes; those apart open to whoever acts there alone. */
const PAGES = [
  { key: 'payments', href: '/finance/payments', apart: true },
  { key: 'accounts', href: '/finance/accounts', apart: true },
  { key: 'ledger', href: '/finance/ledger', apart: false },
  { key: 'tariffs', href: '/finance/tariffs', apart: false },
  { key: 'disputes', href: '/finance/disputes', apart: true },
] as const;

/** The pages of finance beside each other. */
export function FinanceTabs() {
  const t = useTranslations('finance');
  const path = usePathname();
  return (
    <TabLinks label={t('tabs')}>
      {useOpenPages(PAGES).map(({ key, href }) => (
        <Link
          key={key}
          href={href}
          aria-current={path === href ? 'page' : path.startsWith(`${href}/`) ? 'true' : undefined}
        >
          {t(`page.${key}`)}
        </Link>
      ))}
    </TabLinks>
  );
}
