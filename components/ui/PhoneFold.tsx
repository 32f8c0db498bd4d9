'use client';

import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { Button } from './Button';
import styles from './PhoneFold.module.css';

/** Rows that a folded table shows; the style sheet counts the same. */
const FIRST = 5;

/** On a phone a long table shows its first five rows, and all once asked; on a wider screen it is whole. @param n rows of the table */
export function PhoneFold({ n, children }: { n: number; children: ReactNode }) {
  const t = useTranslations('common');
  const [all, setAll] = useState(false);
  if (n <= FIRST) return children;
  return (
    <div className={all ? undefined : styles.folded}>
      {children}
      <p className={styles.more}>
        <Button size="small" aria-expanded={all} onClick={() => setAll(!all)} data-testid="show-all">
          {all ? t('showFewer') : t('showAll', { n })}
        </Button>
      </p>
    </div>
  );
}
