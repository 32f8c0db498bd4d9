'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Locale } from '../i18n/locale';
import { rememberLanguage, rememberTheme } from './preferences';
import { SegmentedControl } from './SegmentedControl';
import type { ThemeChoice } from './theme';
import { useLang } from './useLang';

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
