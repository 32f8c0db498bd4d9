'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import styles from './CenteredPage.module.css';
import { useCode } from './useCode';

/** A page with one message and one action: not found, failed, not allowed. */
export function CenteredPage({
  title,
  words,
  children,
}: {
  title: string;
  words?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <h1>{title}</h1>
        {words && <p>{words}</p>}
        <div className={styles.actions}>{children}</div>
      </div>
    </main>
  );
}

/** What a role may not see: which roles can, and how to ask. @param roles UPPER_SNAKE codes of the roles that may */
export function ForbiddenPage({ roles }: { roles: readonly string[] }) {
  const t = useTranslations('errors');
  const code = useCode();
  const shell = useTranslations('shell');
  const names = roles.map((role) => code('role', role)).join(shell('listSeparator'));
  return <CenteredPage title={t('forbiddenTitle')} words={t('forbiddenWords', { roles: names })} />;
}
