import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { getTranslations } from 'next-intl/server';
import { AccountPage } from '../../../../components/me/AccountPage';
import { THEME_COOKIE, themeFrom } from '../../../../components/ui/theme';
import { signedIn } from '../../../../requestContext';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('me.account'))('title') };
}

/** The person behind a resident's pages. */
export default async function Account() {
  const session = await signedIn('/me/account');
  const theme = themeFrom((await cookies()).get(THEME_COOKIE)?.value);
  return <AccountPage name={session.displayName} rooms={session.ownRooms} theme={theme} />;
}
