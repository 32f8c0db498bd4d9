'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { LanguageSwitch, ThemeSwitch } from './LookSwitches';
import styles from './PreferencesMenu.module.css';
import type { ThemeChoice } from './theme';

interface Props {
  theme: ThemeChoice;
  trigger: ReactNode;
  label: string;
  heading?: string;
  /** Page on which the person chooses what they are sent; none: no link. */
  messagesHref?: string;
  onSignOut?: () => void;
}

/** The person's menu: language, theme, messages, sign out. */
export function PreferencesMenu({ theme, trigger, label, heading, messagesHref, onSignOut }: Props) {
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
          {messagesHref && (
            <Popover.Close asChild>
              <Link className={styles.signOut} href={messagesHref}>
                {t('messages')}
              </Link>
            </Popover.Close>
          )}
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
