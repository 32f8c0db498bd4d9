'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { signOut } from '../shell/signOut';
import { Button } from '../ui/Button';
import { LanguageSwitch, ThemeSwitch } from '../ui/LookSwitches';
import type { ThemeChoice } from '../ui/theme';
import styles from './AccountPage.module.css';
import { MeHead, RoomAge } from './MeHead';

/** Who is signed in, their rooms, language and theme, and how the pages are put on a phone. */
export function AccountPage({
  name,
  rooms,
  theme,
}: {
  name: string;
  rooms: readonly string[];
  theme: ThemeChoice;
}) {
  const t = useTranslations('me.account');
  const shell = useTranslations('shell');
  return (
    <>
      <MeHead title={t('title')}>
        <RoomAge point={null} />
      </MeHead>
      <div className={styles.page}>
        <p>{t('person', { name })}</p>
        {rooms.length > 0 && (
          <section>
            <h2>{t('rooms')}</h2>
            <ul>
              {rooms.map((room) => (
                <li key={room}>
                  <Link className={styles.row} href={`/me?room=${encodeURIComponent(room)}`}>
                    {room}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section>
          <h2>{t('look')}</h2>
          <p className="meta">{shell('language')}</p>
          <LanguageSwitch />
          <p className="meta">{shell('theme')}</p>
          <ThemeSwitch theme={theme} />
        </section>
        <section>
          <Link className={styles.row} href="/me/notices">
            {shell('messages')}
          </Link>
        </section>
        <section>
          <h2>{t('install')}</h2>
          <p className={styles.words}>{t('installWords')}</p>
        </section>
        <Button size="control" wide onClick={() => void signOut()}>
          {shell('signOut')}
        </Button>
      </div>
    </>
  );
}
