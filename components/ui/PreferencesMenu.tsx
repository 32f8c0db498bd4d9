'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import type { Locale } from '../i18n/locale';
import styles from './PreferencesMenu.module.css';
import { rememberLanguage, rememberTheme } from './preferences';
import { SegmentedControl } from './SegmentedControl';
import type { ThemeChoice } from './theme';
import { useLang } from './useLang';

interface Props {
  theme: ThemeChoice;
  trigger: ReactNode;
  label: string;
  heading?: string;
  onSignOut?: () => void;
}

/** Choice of language. It changes the page in place and keeps its address. */
export function LanguageSwitch() {
  const t = useTranslations('shell');
  const lang = useLang();
  const router = useRouter();
  return (
    <SegmentedControl<Locale>
      label={t('language')}
      options={[
        { value: 'zh-CN', label: '中文' },
        { value: 'en', label: 'English' },
      ]}
      value={lang}
      onChange={(next) => {
        rememberLanguage(next);
        router.refresh();
      }}
    />
  );
}

/** Choice of theme. */
export function ThemeSwitch({ theme }: { theme: ThemeChoice }) {
  const t = useTranslations('shell');
  const [shown, setShown] = useState(theme);
  return (
    <SegmentedControl<ThemeChoice>
      label={t('theme')}
      options={[
        { value: 'light', label: t('themeLight') },
        { value: 'dark', label: t('themeDark') },
        { value: 'system', label: t('themeSystem') },
      ]}
      value={shown}
      onChange={(next) => {
        setShown(next);
        rememberTheme(next);
      }}
    />
  );
}

/** The person's menu: language, theme, sign out. */
export function PreferencesMenu({ theme, trigger, label, heading, onSignOut }: Props) {
  const t = useTranslations('shell');
  return (
    <Popover.Root>
      <Popover.Trigger className={styles.trigger} aria-label={heading ? `${label}, ${heading}` : undefined}>
        {trigger}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.menu} align="end" sideOffset={8} aria-label={label}>
          {heading && <p className={styles.heading}>{heading}</p>}
          <p className="meta">{t('language')}</p>
          <LanguageSwitch />
          <p className="meta">{t('theme')}</p>
          <ThemeSwitch theme={theme} />
          {onSignOut && (
            <button type="button" className={styles.signOut} onClick={onSignOut}>
              {t('signOut')}
            </button>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
