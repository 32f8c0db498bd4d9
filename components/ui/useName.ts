import { useCallback } from 'react';
import { useLang } from './useLang';

/** A name as the campus gave it, in the language of the page; where it has none in English, the one that it has. */
export function useName(): (named: { name: string; nameEn: string | null }) => string {
  const lang = useLang();
  return useCallback(({ name, nameEn }) => (lang === 'en' ? (nameEn ?? name) : name), [lang]);
}
