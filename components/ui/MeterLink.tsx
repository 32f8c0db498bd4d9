'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import styles from './PageHead.module.css';
import { useOpens } from './useOpens';

/** The way to a meter's own page; its name alone where that page doesn't open. */
export function MeterLink({ code }: { code: string }) {
  const t = useTranslations('meter');
  const opens = useOpens();
  const name = t('title', { code });
  return (
    <span className={styles.way}>
      {opens('/meters') ? (
        <Link href={`/meters/${encodeURIComponent(code)}`} data-testid="meter-link">
          {name}
        </Link>
      ) : (
        name
      )}
    </span>
  );
}
