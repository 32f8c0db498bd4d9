'use client';

import { createTranslator } from 'next-intl';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Locale } from '../i18n/locale';
import type { Messages } from '../i18n/messages';
import { alarmTitle } from '../live/alarmView';

type Values = Record<string, string | number>;
type Words = (key: string, values?: Values) => string;

/** Words of a wall in its first language, large, and its second, small. */
export interface WallWords {
  readonly lang: Locale;
  readonly other: Locale;
  readonly t: Words;
  readonly o: Words;
  /** Name of an alarm rule in either language. */
  readonly rule: (code: string, locale: Locale) => string;
  /** Name of a place in either language. */
  readonly name: (place: { name: string; nameEn: string | null }, locale: Locale) => string;
}

const WallTextContext = createContext<WallWords | null>(null);

interface Translator {
  (key: string, values?: Values): string;
  has(key: string): boolean;
}

/** next-intl types keys by the messages it knows at compile time; ours come from files at run time. */
function translator(locale: Locale, messages: Messages): Translator {
  return createTranslator({ locale, messages }) as unknown as Translator;
}

interface Props {
  lang: Locale;
  /** Texts of both languages: the namespaces `wall` and `alarms`. */
  messages: Readonly<Record<Locale, Messages>>;
  children: ReactNode;
}

export function WallTextProvider({ lang, messages, children }: Props) {
  const words = useMemo(() => {
    const other: Locale = lang === 'en' ? 'zh-CN' : 'en';
    const translators = {
      'zh-CN': translator('zh-CN', messages['zh-CN']),
      en: translator('en', messages.en),
    };
    const of =
      (locale: Locale): Words =>
      (key, values) =>
        translators[locale](`wall.${key}`, values);
    const rule = (code: string, locale: Locale) => {
      const translate = translators[locale];
      const key = `alarms.rules.${code}.title`;
      return alarmTitle(translate.has(key) ? translate(key) : code, locale);
    };
    const name: WallWords['name'] = (place, locale) =>
      locale === 'en' ? (place.nameEn ?? place.name) : place.name;
    return { lang, other, t: of(lang), o: of(other), rule, name };
  }, [lang, messages]);
  return <WallTextContext value={words}>{children}</WallTextContext>;
}

export function useWallWords(): WallWords {
  const words = useContext(WallTextContext);
  if (!words) throw new Error('WallTextProvider is missing above this component');
  return words;
}

/** The second language beside the first: smaller, quieter, and marked for what it is. */
export function Other({ children, className }: { children: ReactNode; className?: string }) {
  const { other } = useWallWords();
  return (
    <span lang={other} className={className} data-other>
      {children}
    </span>
  );
}
