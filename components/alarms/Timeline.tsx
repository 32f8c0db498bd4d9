'use client';

import { useTranslations } from 'next-intl';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useActor } from '../ui/useActor';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { AlarmDetail } from './alarmData';
import styles from './Timeline.module.css';

type Entry = AlarmDetail['timeline'][number];

/** What rules, people and commands did, newest first. */
export function Timeline({ entries, rule }: { entries: readonly Entry[]; rule: string }) {
  const t = useTranslations('alarms');
  const code = useCode();
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const wordsOf = (entry: Entry): string => {
    if (entry.kind === 'COMMAND') {
      const action = code('commandAction', entry.action);
      const name = actor(entry.actor);
      if (entry.state === 'QUEUED')
        return t('timeline.asked', { action, name, reason: code('supplyReason', entry.reason) });
      return t('timeline.command', { action, state: code('commandState', entry.state) });
    }
    const key = `timeline.${entry.event}`;
    const { detail } = entry;
    const by = entry.actor.startsWith('rule:') || entry.actor === 'engine' ? '' : entry.actor;
    if (!t.has(key)) return entry.event;
    return t(key, {
      name: by,
      rule: code('alarmRule', rule),
      reason: shelveReason(typeof detail?.reason === 'string' ? detail.reason : ''),
      note: typeof detail?.note === 'string' ? detail.note : '',
      target: typeof detail?.target === 'string' ? t(`targets.${detail.target}`) : '',
    });
  };
  const shelveReason = (text: string): string => {
    const [reason = '', ...note] = text.split(': ');
    return [code('shelveReason', reason), ...note].filter(Boolean).join(t('comma'));
  };
  return (
    <div className={styles.part} data-testid="timeline">
      <h2>{t('timelineTitle')}</h2>
      <ol>
        {entries.map((entry, index) => (
          <li key={index} data-event={entry.kind === 'ALARM' ? entry.event : entry.state}>
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
