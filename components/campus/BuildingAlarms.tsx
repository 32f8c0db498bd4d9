'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { LiveAlarm } from '../../contracts/liveEvents';
import { dataStateOf, headlineFigure, markOf, shortPlace, shownState } from '../live/alarmView';
import { AlarmMark } from '../ui/AlarmMark';
import { formatStopwatch } from '../ui/formatTime';
import { useNow } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './BuildingAlarms.module.css';

const SHOWN = 6;

/** Open alarms of a building, the most pressing first; each opens its own page. */
export function BuildingAlarms({ alarms }: { alarms: readonly LiveAlarm[] }) {
  const t = useTranslations('map.panel');
  const tAlarm = useTranslations('alarms');
  const code = useCode();
  const lang = useLang();
  const now = useNow();
  return (
    <section>
      <h3>{t('alarms')}</h3>
      {alarms.length === 0 && <p className="quiet">{t('noAlarms')}</p>}
      <ul>
        {alarms.slice(0, SHOWN).map((alarm) => {
          const state = shownState(alarm, now);
          const figure = headlineFigure(alarm);
          const rule = code('alarmRule', alarm.rule);
          const title = alarm.returnedAt === null ? 'titleWithFigure' : 'titleThen';
          return (
            <li key={alarm.id}>
              <Link
                href={`/alarms/${encodeURIComponent(alarm.id)}`}
                className={styles.alarm}
                data-testid="alarm-row"
                data-pri={alarm.priority}
                data-state={dataStateOf(state)}
              >
                <AlarmMark priority={alarm.priority} state={markOf(state)} />
                <span>
                  <b>{figure ? tAlarm(title, { rule, figure }) : rule}</b> {shortPlace(alarm)}
                </span>
                <span className="quiet">{formatStopwatch(now - alarm.raisedAt, lang)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
      {alarms.length > SHOWN && (
        <Link href="/alarms" className={styles.more}>
          {t('moreAlarms', { n: alarms.length - SHOWN })}
        </Link>
      )}
    </section>
  );
}
