'use client';

import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import type { MyNotice } from './meData';
import { NoticeRows } from './NoticeRows';
import styles from './Notices.module.css';

/** Fetched when somebody asks for all: nobody else waits for it. */
const AllNotices = dynamic(() => import('./AllNotices').then((file) => file.AllNotices), { ssr: false });

/** What the room was told lately, newest first, and the way to all of it. */
export function Notices({
  room,
  notices,
  more,
  currency,
}: {
  room: string;
  notices: readonly MyNotice[];
  /** There are others. */
  more: boolean;
  currency: string | undefined;
}) {
  const t = useTranslations('me');
  const [all, setAll] = useState(false);
  if (notices.length === 0 && !more) return null;
  return (
    <section aria-label={t('noticesTitle')} data-testid="notices">
      <h2 className={styles.title}>{t('noticesTitle')}</h2>
      {all ? (
        <AllNotices room={room} newest={notices} currency={currency} />
      ) : (
        <>
          <NoticeRows room={room} notices={notices} currency={currency} />
          {more && (
            <Button size="control" wide onClick={() => setAll(true)} data-testid="notices-all">
              {t('noticesAll')}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
