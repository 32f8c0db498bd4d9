'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import styles from './FloodBanner.module.css';

/** Says by which rule the list is folded now, and offers each alarm on its own row, or the cards again. */
export function FloodBanner({ raw, onRaw }: { raw: boolean; onRaw: (raw: boolean) => void }) {
  const t = useTranslations('alarms.flood');
  return (
    <div className={styles.banner} data-testid="flood-banner">
      <p role="status">
        <b>{t('title')}</b> <span>{t(raw ? 'rawRule' : 'rule')}</span>
      </p>
      <Button size="small" onClick={() => onRaw(!raw)} data-testid="flood-raw">
        {t(raw ? 'toCards' : 'toRaw')}
      </Button>
    </div>
  );
}
