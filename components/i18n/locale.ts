/** Languages of the product; the first is what a new visitor gets. Both are complete. */
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];
export const DEFAULT_LOCALE: Locale = 'zh-CN';

/** Cookie that holds the language, `zh-CN` or `en`. */
export const LANG_COOKIE = 'lang';

/** The language that a cookie names; anything unknown or missing is the default. */
export function localeFrom(cookieValue: string | undefined): Locale {
  return LOCALES.find((locale) => locale === cookieValue) ?? DEFAULT_LOCALE;
}
