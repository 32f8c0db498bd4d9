'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { shownState } from '../live/alarmView';
import { useAlarmSummary } from '../live/hooks';
import { formatMoment, formatStopwatch } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import { useOpensApart } from '../ui/useOpens';
import { useAlarmSound } from './AlarmSound';
import styles from './AlarmsWorkspace.module.css';
import type { AlarmRow } from './incidents';
import { ReviewLink } from './ReviewLink';

/** What the list leaves out, each with the way to where it stands. */
export function AlarmsFooter({ all, onKeys }: { all: readonly AlarmRow[]; onKeys: () => void }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const summary = useAlarmSummary();
  const { silentUntil } = useAlarmSound();
  const opensFindings = useOpensApart('/alarms/findings');
  const inState = (state: string) => all.filter(({ alarm }) => shownState(alarm, now) === state);
  const shelved = inState('SHELVED');
  const [one] = shelved;
  return (
    <footer className={styles.footer}>
      <ReviewLink tab="performance">
        {t.rich('rate', { n: summary?.announcedLast10Min ?? 0, b: bold })}
      </ReviewLink>
      <ReviewLink tab="suppressed">
        {t.rich('suppressedCount', { n: inState('SUPPRESSED_BY_DESIGN').length, b: bold })}
      </ReviewLink>
      <ReviewLink tab="shelved">
        {t.rich('shelvedCount', { n: shelved.length, b: bold })}
        {one?.alarm.shelvedUntil
          ? t('shelvedNext', {
              place: one.alarm.place.space ?? one.alarm.place.point ?? '',
              name: one.alarm.shelvedBy ?? '',
              time: formatMoment(one.alarm.shelvedUntil, now, zone, lang, false),
            })
          : ''}
      </ReviewLink>
      <ReviewLink tab="outOfService">
        {t.rich('outOfServiceCount', { n: inState('OUT_OF_SERVICE').length, b: bold })}
      </ReviewLink>
      {opensFindings && <Link href="/alarms/findings">{t('findings')}</Link>}
      {silentUntil !== null && <span>{t('silent', { age: formatStopwatch(silentUntil - now, lang) })}</span>}
      <button type="button" onClick={onKeys} className={styles.keysButton}>
        {t('keysTitle')} <kbd>?</kbd>
      </button>
    </footer>
  );
}

const bold = (chunks: ReactNode) => <b>{chunks}</b>;
