'use client';

import { useLocale } from 'next-intl';
import { type Locale, localeFrom } from '../i18n/locale';

/** The language of the page, narrowed to ours. */
export function useLang(): Locale {
  return localeFrom(useLocale());
}
