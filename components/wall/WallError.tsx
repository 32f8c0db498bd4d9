'use client';

import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import styles from './WallError.module.css';

/** Time to the next try, ms: never at once, and not all walls of a campus in one instant. */
const RETRY_MIN_MS = 5_000;
const RETRY_SPREAD_MS = 10_000;

/**
 * What a wall shows when its page threw, e.g. since a part of it could not be loaded while the server went away. Nobody
 * stands there to press a button: it starts anew as soon as the server answers.
 */
export function WallError() {
  const t = useTranslations('wall.error');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tryLater = () => {
      timer = setTimeout(() => void ask(), RETRY_MIN_MS + Math.random() * RETRY_SPREAD_MS);
    };
    const ask = async () => {
      const answer = await fetch('/healthz', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
      if (answer?.ok) window.location.reload();
      else tryLater();
    };
    tryLater();
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className={styles.page} data-theme="wall-night" data-testid="page-wall-error">
      <h1>{t('title')}</h1>
      <p>{t('words')}</p>
    </main>
  );
}
