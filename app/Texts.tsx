import { NextIntlClientProvider } from 'next-intl';
import { getMessages } from 'next-intl/server';
import type { ReactNode } from 'react';

/**
 * Gives the client components below it their texts in the request's language. They travel inside the page, so a page that must
 * be light names the namespaces that it needs.
 * @param of default all of them
 */
export async function Texts({ of, children }: { of?: readonly string[]; children: ReactNode }) {
  const all = await getMessages();
  const messages =
    of === undefined ? all : Object.fromEntries(Object.entries(all).filter(([name]) => of.includes(name)));
  return <NextIntlClientProvider messages={messages}>{children}</NextIntlClientProvider>;
}
