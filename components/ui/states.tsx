'use client';

import { useTranslations } from 'next-intl';
import { type CSSProperties, type ReactNode, useEffect, useState } from 'react';
import { Button } from './Button';
import { formatTime } from './formatTime';
import { useCampusZone } from './now';
import styles from './states.module.css';

/** Nothing here: why, what will appear, and one action. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.state} data-testid="empty">
      <p className={styles.title}>{title}</p>
      {children && <p className={styles.words}>{children}</p>}
      {action}
    </div>
  );
}

interface ErrorProps {
  /** Plain cause in words. */
  cause: ReactNode;
  /** When it failed, ms UTC. */
  at?: number;
  /** Id to quote to support. */
  reference?: string;
  onRetry?: () => void;
}

/** A widget that failed: cause, time, retry and an id to copy. Its neighbours go on. */
export function ErrorState({ cause, at, reference, onRetry }: ErrorProps) {
  const t = useTranslations('common');
  const zone = useCampusZone();
  return (
    <div className={styles.state} role="status" data-testid="error">
      <p className={styles.title}>{cause}</p>
      <p className={styles.words}>
        {at !== undefined && formatTime(at, zone)}{' '}
        {reference && <code className={styles.reference}>{reference}</code>}
      </p>
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}

interface SkeletonProps {
  /** Final size of what will stand here. */
  height: number | string;
  width?: number | string;
  /** Offered after 8 s. */
  onRetry?: () => void;
  className?: string;
}

/** Grey block in the final size; invisible for the first 300 ms, offers a retry after 8 s. */
export function Skeleton({ height, width = '100%', onRetry, className }: SkeletonProps) {
  const t = useTranslations('common');
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 8_000);
    return () => clearTimeout(timer);
  }, []);
  const style: CSSProperties = { height, width };
  return (
    <div
      className={`${styles.skeleton} ${className ?? ''}`}
      style={style}
      aria-busy="true"
      data-testid="skeleton"
    >
      <span className="visually-hidden">{t('loading')}</span>
      {slow && onRetry && (
        <Button size="small" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}

/** A message in place, above what it is about; it stays until it is no longer true. `strong` has an ink edge. */
export function Notice({
  children,
  strong,
  action,
  testId,
}: {
  children: ReactNode;
  strong?: boolean;
  action?: ReactNode;
  testId?: string;
}) {
  return (
    <div
      className={strong ? `${styles.notice} ${styles.strong}` : styles.notice}
      role="status"
      data-testid={testId}
    >
      <div>{children}</div>
      {action}
    </div>
  );
}
