import type { Locale } from './locale';

/** Texts of one language: a file per feature, its name is the namespace. */
export type Messages = { [key: string]: string | Messages };

interface Catalogue {
  keys(): string[];
  (key: string): Messages | { default: Messages };
}

declare global {
  namespace NodeJS {
    interface Require {
      /** Given by the bundler: every file of a folder whose name fits. */
      context(folder: string, deep: boolean, names: RegExp): Catalogue;
    }
  }
}

const zhCN: Catalogue = require.context('./messages/zh-CN', false, /\.json$/);
const en: Catalogue = require.context('./messages/en', false, /\.json$/);

/** All texts of a language, merged from its folder, so a new feature adds a file and nothing else. */
export function loadMessages(locale: Locale): Messages {
  const catalogue = locale === 'en' ? en : zhCN;
  const messages: Messages = {};
  for (const key of catalogue.keys()) {
    const name = key.replace(/^.*\//, '').replace(/\.json$/, '');
    const content = catalogue(key);
    messages[name] =
      'default' in content && typeof content.default === 'object' ? content.default : (content as Messages);
  }
  return messages;
}
