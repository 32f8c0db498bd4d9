'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import styles from './AppShell.module.css';
import { classNames } from './classNames';
import { Glyph } from './glyphs';
import { isCurrent, type NavItem, type NavKey } from './navigation';
import { PreferencesMenu } from './PreferencesMenu';
import { SearchBox, type SearchHit } from './SearchBox';
import type { ThemeChoice } from './theme';
import { useCode } from './useCode';

export interface ShellUser {
  name: string;
  /** UPPER_SNAKE codes. */
  roles: readonly string[];
}

interface Props {
  campusName: string;
  user: ShellUser;
  /** From `navigationFor(user.roles)`. */
  items: readonly NavItem[];
  /** How much waits for the person behind an item; what is left out or 0 shows nothing. */
  waiting?: Partial<Record<NavKey, number>>;
  theme: ThemeChoice;
  /** The alarm bar; without it (students) the shell begins with the navigation. */
  bar?: ReactNode;
  /** Strips and banners between navigation and page: demo strip, offline banner. */
  banners?: ReactNode;
  /** Finds rooms, meters and pages; without it there is no search box. */
  search?: (query: string) => Promise<readonly SearchHit[]>;
  onSignOut?: () => void;
  /** `data-testid` of the page root, `page-<name>`. */
  page: string;
  /** Fills the window below the navigation without padding (the map). */
  bleed?: boolean;
  children: ReactNode;
}

/** Frame of every staff page: alarm bar, navigation, person, search; on a phone tabs at the bottom. */
export function AppShell(props: Props) {
  const { campusName, user, items, waiting, theme, bar, banners, search, onSignOut, page, bleed, children } =
    props;
  const t = useTranslations('shell');
  const common = useTranslations('common');
  const code = useCode();
  const path = usePathname();
  const roles = user.roles.map((role) => code('role', role)).join(t('listSeparator'));
  const tabs = items.slice(0, 4);
  return (
    <div className={styles.shell} data-testid={`page-${page}`}>
      <a className={styles.skip} href="#content">
        {common('skip')}
      </a>
      {bar}
      <nav className={styles.nav} aria-label={t('main')}>
        <span className={styles.site}>{campusName}</span>
        {items.map((item) => (
          <Link key={item.key} href={item.href} aria-current={isCurrent(item, path) ? 'page' : undefined}>
            {t(item.key === 'me' ? 'myRoom' : item.key)}
            <WaitingBadge n={waiting?.[item.key] ?? 0} />
          </Link>
        ))}
        <span className={styles.fill} />
        {search && <SearchBox search={search} />}
        <PreferencesMenu
          theme={theme}
          trigger={<span className={styles.person}>{t('personAndRoles', { name: user.name, roles })}</span>}
          label={t('account')}
          messagesHref="/settings"
          onSignOut={onSignOut}
        />
      </nav>
      {banners}
      <main id="content" className={classNames(styles.main, bleed && styles.bleed)} tabIndex={-1}>
        {children}
      </main>
      <nav className={styles.tabs} aria-label={t('tabs')}>
        {tabs.map((item) => (
          <Link key={item.key} href={item.href} aria-current={isCurrent(item, path) ? 'page' : undefined}>
            <Glyph name={item.glyph} size="20px" />
            <span>
              {t(item.key === 'me' ? 'myRoom' : item.key)}
              <WaitingBadge n={waiting?.[item.key] ?? 0} />
            </span>
          </Link>
        ))}
        <PreferencesMenu
          theme={theme}
          trigger={
            <span className={styles.tab}>
              <Glyph name="person" size="20px" />
              {t('me')}
            </span>
          }
          label={t('account')}
          messagesHref="/settings"
          onSignOut={onSignOut}
          heading={`${user.name}`}
        />
      </nav>
    </div>
  );
}

/** How much waits for the person's word, beside the name of the page that lists it. */
function WaitingBadge({ n }: { n: number }) {
  const t = useTranslations('shell');
  if (n === 0) return null;
  return (
    <span className={styles.badge} data-testid="nav-waiting">
      <span aria-hidden>{n}</span>
      <span className="visually-hidden">{t('waiting', { n })}</span>
    </span>
  );
}
