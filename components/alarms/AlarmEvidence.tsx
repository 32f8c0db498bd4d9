'use client';

import { useTranslations } from 'next-intl';
import { formatAlarmFigure } from '../live/alarmView';
import { formatNumber, formatPercent } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import styles from './AlarmEvidence.module.css';
import paneStyles from './AlarmPane.module.css';
import type { AlarmDetail } from './alarmData';

/** What each figure of a rule's evidence is; in the order in which they are read. */
const FIGURES = {
  since: 'MOMENT',
  nights: 'COUNT',
  days: 'COUNT',
  rooms: 'COUNT',
  stillShare: 'SHARE',
  lossM3: 'M3',
  usualKwh: 'KWH',
  timesUsual: 'PLAIN',
  mostPerHour: 'PLAIN',
  charges: 'COUNT',
  z: 'PLAIN',
  levelRatio: 'SHARE',
  cusum: 'PLAIN',
  idlePoints: 'COUNT',
  out: 'COUNT',
  dark: 'COUNT',
  meters: 'COUNT',
  downgradedSince: 'MOMENT',
} as const;

/** What the rule saw, so that a person can check its verdict: figures, and the places that it suspects. */
export function AlarmEvidence({ detail }: { detail: AlarmDetail }) {
  const t = useTranslations('alarms.evidence');
  const alarms = useTranslations('alarms');
  const inspection = useTranslations('inspection');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { figures, suspects, checks } = detail.evidence;
  const { rule } = detail.alarm;
  const shown = (Object.keys(FIGURES) as (keyof typeof FIGURES)[]).filter(
    (key) => figures[key] !== undefined,
  );
  if (shown.length + suspects.length + checks.length === 0) return null;
  const wordsOf = (key: keyof typeof FIGURES): string => {
    const value = figures[key]!;
    switch (FIGURES[key]) {
      case 'MOMENT':
        return formatMoment(value, now, zone, lang);
      case 'SHARE':
        return formatPercent(value * 100);
      case 'COUNT':
        return formatNumber(value);
      case 'PLAIN':
        return formatNumber(value, 1);
      case 'M3':
      case 'KWH':
        return formatAlarmFigure(String(value), { rule, unit: FIGURES[key] }, 'room') ?? '';
    }
  };
  return (
    <div className={paneStyles.part} data-testid="alarm-evidence">
      <h2>{t('title')}</h2>
      {shown.length > 0 && (
        <dl className={styles.figures}>
          {shown.map((key) => (
            <div key={key} data-figure={key}>
              <dt>{t(key)}</dt>
              <dd>{wordsOf(key)}</dd>
            </div>
          ))}
        </dl>
      )}
      {checks.length > 0 && (
        <>
          <h3 className={styles.suspectsTitle}>{t('checks')}</h3>
          <ul className={styles.checks}>
            {checks.map(({ code, findings }) => (
              <li key={code} data-check={code.toLowerCase()}>
                {t('checkFailed', {
                  check: inspection(`check.${code}`),
                  words: findings.map((one) => t(`failed.${one}`)).join(alarms('comma')) || t('noWordToday'),
                })}
              </li>
            ))}
          </ul>
        </>
      )}
      {suspects.length > 0 && (
        <>
          <h3 className={styles.suspectsTitle}>{t('suspects')}</h3>
          <ol className={styles.suspects}>
            {suspects.map(({ point, place, value, unit }) => (
              <li key={point}>
                <span>{place ?? point}</span>
                <b>{formatAlarmFigure(String(value), { rule, unit }, 'room')}</b>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
