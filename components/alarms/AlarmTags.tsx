'use client';

import { useTranslations } from 'next-intl';
import type { LiveAlarm } from '../../contracts/liveEvents';
import { isStale } from '../../domain/alarms/alarmFlags';
import { useNow } from '../ui/now';
import styles from './AlarmTags.module.css';

/** Marks of a nuisance: chattering, gone at once, standing for more than a day. */
export function AlarmTags({ alarm }: { alarm: LiveAlarm }) {
  const t = useTranslations('alarms');
  const now = useNow();
  const active = alarm.state === 'UNACK' || alarm.state === 'ACKED';
  const tags = [...alarm.tags, ...(active && isStale(alarm.activatedAt, now) ? ['STALE' as const] : [])];
  return tags.map((tag) => (
    <span key={tag} className={styles.tag} data-tag={tag}>
      {t(`tags.${tag}`)}
    </span>
  ));
}
