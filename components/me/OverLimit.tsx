'use client';

import { useTranslations } from 'next-intl';
import { formatPower } from '../ui/format';
import { useName } from '../ui/useName';
import { isCutOverLimit } from './isOverLimit';
import type { MyPoint } from './meData';
import styles from './OverLimit.module.css';
import { useOverLimit } from './useOverLimit';

/** While the load is over the limit: how much, and what to do before the power goes off. */
export function OverLimit({ point, named }: { point: MyPoint; named: boolean }) {
  const t = useTranslations('me');
  const nameOf = useName();
  const { over, powerW } = useOverLimit(point);
  if (!over || powerW === null || point.limitW === null) return null;
  return (
    <section className={styles.over} role="status" data-testid="over-limit">
      <h2>
        <span className={styles.plate}>{t('overLimit')}</span>
        {named && point.name !== null && nameOf({ name: point.name, nameEn: point.nameEn })}
      </h2>
      <p className={styles.load}>
        {t('overLimitLoad', {
          power: formatPower(powerW, 'room'),
          limit: formatPower(point.limitW, 'room'),
        })}
      </p>
      <p className={styles.soft}>{t(isCutOverLimit(point) ? 'overLimitCuts' : 'overLimitTells')}</p>
    </section>
  );
}
