'use client';

import { useTranslations } from 'next-intl';
import { classNames } from '../ui/classNames';
import { formatDate } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import styles from './AlarmPane.module.css';
import type { AlarmDetail } from './alarmData';

/** The last 30 days at the same object, one cell a day; a day with alarms has the colour of its worst. */
export function SamePoint({ detail }: { detail: AlarmDetail }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const zone = useCampusZone();
  const dayOf = (at: number) => formatDate(at, zone, lang);
  const days = Array.from(
    { length: detail.earlierDays },
    (_, index) => detail.asOfMs - (detail.earlierDays - 1 - index) * 86_400_000,
  );
  const worst = new Map<string, number>();
  for (const { raisedMs, priority } of detail.earlier) {
    const day = dayOf(raisedMs);
    worst.set(day, Math.min(worst.get(day) ?? 4, priority));
  }
  const today = dayOf(detail.asOfMs);
  const named = [...worst.keys()];
  return (
    <div className={classNames(styles.part, styles.same)} data-testid="same-point">
      <div>
        <h2>{t('samePoint', { n: detail.earlierDays })}</h2>
        <p className="meta">
          {named.length === 1 && named[0] === today
            ? t('sameFirst')
            : t('sameDays', { n: named.length, days: named.slice(-5).join(t('comma')) })}
        </p>
      </div>
      <ol className={styles.strip} aria-hidden="true">
        {days.map((at) => {
          const priority = worst.get(dayOf(at));
          return (
            <li
              key={at}
              className={classNames(priority !== undefined && styles.hit)}
              data-pri={dayOf(at) === today ? priority : undefined}
            />
          );
        })}
      </ol>
    </div>
  );
}
