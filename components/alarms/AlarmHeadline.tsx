'use client';

import { useTranslations } from 'next-intl';
import {
  formatAlarmFigure,
  isFeeder,
  isStep,
  markOf,
  ratingW,
  shownSince,
  shownState,
} from '../live/alarmView';
import { AlarmMark } from '../ui/AlarmMark';
import { formatPercent, formatPower } from '../ui/format';
import { formatStopwatch, formatTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import styles from './AlarmPane.module.css';
import type { AlarmDetail } from './alarmData';
import type { AlarmRow } from './incidents';
import { loadNow } from './loadNow';
import { useAlarmWords } from './useAlarmWords';

/** What is alarmed, its value against its limit, in which state and for how long. */
export function AlarmHeadline({ row, detail }: { row: AlarmRow; detail: AlarmDetail | null }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const now = useNow();
  const zone = useCampusZone();
  const words = useAlarmWords()(row);
  const { alarm } = row;
  const state = shownState(alarm, now);
  const feeder = isFeeder(alarm);
  const powerW = loadNow(detail);
  const limitW = ratingW(alarm);
  const nowWords =
    alarm.unit === 'W' && powerW !== null && limitW !== null
      ? feeder
        ? t('ofRating', { value: formatPower(powerW), limit: formatPower(limitW) })
        : t('nowPercentOf', {
            value: formatPower(powerW, 'room'),
            share: formatPercent((powerW / limitW) * 100),
            limit: formatPower(limitW, 'room'),
          })
      : words.against;
  const since = shownSince(alarm, state);
  return (
    <header className={styles.headline}>
      <AlarmMark priority={alarm.priority} state={markOf(state)} size="40px" />
      <div>
        <h1 data-testid="alarm-title">{words.title}</h1>
        <p>
          {nowWords && <b>{nowWords}</b>}
          {nowWords && t('comma')}
          {state === 'UNACK' ? t('unackedFor') : t('inStateFor', { state: words.state })}{' '}
          <b data-testid="alarm-age">{formatStopwatch(now - since, lang)}</b>
        </p>
        {since !== alarm.raisedAt && (
          <p className="meta" data-testid="alarm-raised">
            {t('raisedAgo', { age: formatStopwatch(now - alarm.raisedAt, lang) })}
          </p>
        )}
        {powerW !== null && alarm.value !== null && alarm.unit === 'W' && !isStep(alarm) && (
          <p className="meta">
            {t('whenRaised', {
              value: formatAlarmFigure(alarm.value, alarm, feeder ? 'campus' : 'room') ?? '',
              time: formatTime(alarm.raisedAt, zone),
            })}
          </p>
        )}
      </div>
    </header>
  );
}
