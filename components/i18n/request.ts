import { cookies } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import { LANG_COOKIE, localeFrom } from './locale';
import { loadMessages } from './messages';

/**
 * next-intl's entry: the language comes from a cookie, not from the address, so a link means the same page in both.
 * Dates are formatted by `components/ui/format`, which takes the campus zone; UTC here only keeps next-intl from guessing.
 */
export default getRequestConfig(async () => {
  const locale = localeFrom((await cookies()).get(LANG_COOKIE)?.value);
  return { locale, messages: loadMessages(locale), timeZone: 'UTC' };
});
