'use client';

import { useTranslations } from 'next-intl';
import { useAskers } from '../supply/useAskers';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useDeliveryReason } from '../ui/useDeliveryReason';
import { useLang } from '../ui/useLang';
import type { AlarmDetail } from './alarmData';
import styles from './Timeline.module.css';
import { useAlarmEventWords } from './useAlarmEventWords';

type Entry = AlarmDetail['timeline'][number];

/** What rules, people and commands did, newest first. */
export function Timeline({ entries, rule }: { entries: readonly Entry[]; rule: string }) {
  const t = useTranslations('alarms');
  const code = useCode();
  const askers = useAskers();
  const lang = useLang();
  const eventWords = useAlarmEventWords();
  const reasonWords = useDeliveryReason();
  const zone = useCampusZone();
  const now = useNow();
  const wordsOf = (entry: Entry): string => {
    if (entry.kind === 'MESSAGE') {
      const words = {
        receiver: entry.receiver === '' ? t('timeline.someResident') : entry.receiver,
        channel: code('noticeChannel', entry.channel),
        state: code('deliveryState', entry.state),
      };
      if (entry.failure === null) return t('timeline.message', words);
      return t('timeline.messageFailed', { ...words, reason: reasonWords(entry.failure) });
    }
    if (entry.kind === 'COMMAND') {
      const action = code('commandAction', entry.action);
      if (entry.state === 'QUEUED')
        return t('timeline.asked', {
          action,
          name: askers(entry),
          reason: code('supplyReason', entry.reason),
        });
      return t('timeline.command', { action, state: code('commandState', entry.state) });
    }
    return eventWords(entry, rule);
  };
  return (
    <div className={styles.part} data-testid="timeline">
      <h2>{t('timelineTitle')}</h2>
      <ol>
        {entries.map((entry, index) => (
          <li
            key={index}
            data-kind={entry.kind.toLowerCase()}
            data-event={entry.kind === 'ALARM' ? entry.event : entry.state}
          >
            <time>{formatMoment(entry.atMs, now, zone, lang)}</time>
            <span className={entry.kind === 'ALARM' && entry.event === 'RAISE' ? styles.raised : undefined}>
              {wordsOf(entry)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
