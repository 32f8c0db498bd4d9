import { LANG_COOKIE, type Locale } from '../i18n/locale';
import { THEME_COOKIE, type ThemeChoice } from './theme';

const YEAR_S = 31_536_000;

function remember(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in some of the browsers we serve
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}

/** Keeps the choice of language; the caller refreshes the page's data. */
export function rememberLanguage(locale: Locale): void {
  remember(LANG_COOKIE, locale);
}

/** Keeps and shows the choice of theme at once. */
export function rememberTheme(theme: ThemeChoice): void {
  remember(THEME_COOKIE, theme);
  document.documentElement.dataset.theme = theme;
}
