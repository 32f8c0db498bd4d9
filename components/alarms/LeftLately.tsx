'use client';

import { useTranslations } from 'next-intl';
import { formatMoment, formatStopwatch } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useActor } from '../ui/useActor';
import { useLang } from '../ui/useLang';
import type { AlarmList } from './alarmData';
import styles from './LeftLately.module.css';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

/** Alarms that were acknowledged and are normal again: they left the list a short while ago. */
export function LeftLately({ list }: { list: AlarmList }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const wordsOf = useAlarmWords();
  const placeOf = usePlaceWords();
  const actorOf = useActor();
  if (list.left.length === 0) return null;
  return (
    <div className={styles.box} data-testid="left-lately">
      <h2>
        {t('leftTitle')} <span>{t('leftWords', { n: list.left.length })}</span>
      </h2>
      <ul>
        {list.left.map((alarm) => {
          const row = { alarm, context: list.contexts.find(({ id }) => id === alarm.id) ?? null };
          const normalAt = alarm.returnedAt ?? alarm.changedAt;
          return (
            <li key={alarm.id}>
              <span>{t('leftRow', { priority: alarm.priority, title: wordsOf(row).title })}</span>
              <span>{placeOf(row).title}</span>
              <span className="num">{formatStopwatch(normalAt - alarm.raisedAt, lang)}</span>
              <span>{t('normalSince', { time: formatMoment(normalAt, now, zone, lang) })}</span>
              <span>{actorOf(alarm.acknowledgedBy)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
