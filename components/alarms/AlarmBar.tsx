'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { AlarmSummary, LiveAlarm } from '../../contracts/liveEvents';
import { alarmTitle, shortPlace, standingFigure } from '../live/alarmView';
import { AlarmMark, type Priority } from '../ui/AlarmMark';
import { Clock } from '../ui/Clock';
import { type ConnectionState, ConnState } from '../ui/ConnState';
import { formatAge, formatStopwatch } from '../ui/formatTime';
import { useNow } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './AlarmBar.module.css';
import { ReviewLink } from './ReviewLink';

/** Whether this browser may sound: `blocked` until a gesture, `off` by choice. */
export type SoundState = 'on' | 'off' | 'blocked';

/** MONEY: alarms about money alone. */
export type AlarmSight = 'ALL' | 'MONEY' | 'NONE';

export interface AlarmBarProps {
  /** Counts in the session's scope; null until known. */
  summary: AlarmSummary | null;
  /** Newest unacknowledged P1. */
  worst: LiveAlarm | null;
  sound: SoundState;
  /** Unlocks or mutes sound; the word becomes a button. */
  onSound?: () => void;
  connection: ConnectionState;
  dataAsOf: number | null;
  /** What alarms the roles are shown; NONE: the bar holds connection and clock only. */
  sees?: AlarmSight;
}

const PRIORITIES: readonly Priority[] = [1, 2, 3];

/**
 * Alarm bar of all staff pages, above everything. With no alarm it is one grey line whose age proves that the silence is
 * live.
 */
export function AlarmBar(props: AlarmBarProps) {
  const { summary, worst, sound, onSound, connection, dataAsOf, sees: sight = 'ALL' } = props;
  const sees = sight !== 'NONE';
  const t = useTranslations('alarmBar');
  const active = summary?.active.slice(0, 3).some((count) => count > 0) ?? false;
  return (
    <header className={styles.bar} data-testid="alarm-bar">
      {!sees ? (
        <p className="quiet">{t('notYours')}</p>
      ) : summary === null ? (
        <p className="quiet">{t('waiting')}</p>
      ) : active ? (
        <Plates summary={summary} />
      ) : (
        <Quiet money={sight === 'MONEY'} checkedAt={dataAsOf} />
      )}
      <div className={styles.words}>{worst && <Worst alarm={worst} />}</div>
      <div className={styles.facts}>
        {sees && summary && (
          <ReviewLink tab="performance" className={styles.apart}>
            <span className={styles.rate}>{t('rate', { n: summary.announcedLast10Min })}</span>
            <span className={styles.shortRate} aria-hidden="true">
              {t('rateShort', { n: summary.announcedLast10Min })}
            </span>
          </ReviewLink>
        )}
        {sees && summary && (
          <ReviewLink tab="shelved" className={styles.apart}>
            {t('shelved', { n: summary.shelved })}
          </ReviewLink>
        )}
        {sees && <Sound state={sound} onSound={onSound} />}
        <ConnState state={connection} dataAsOf={dataAsOf} />
        <Clock className={styles.clock} />
      </div>
    </header>
  );
}

function Plates({ summary }: { summary: AlarmSummary }) {
  const t = useTranslations('alarmBar');
  return (
    <ul className={styles.plates} aria-label={t('plates')}>
      {PRIORITIES.filter((priority) => summary.active[priority - 1]! > 0).map((priority) => {
        const unacknowledged = summary.unacknowledged[priority - 1]!;
        const all = summary.active[priority - 1]!;
        return (
          <li key={priority}>
            <Link
              href={`/alarms?priority=${priority}`}
              aria-label={t('plate', { priority, unacknowledged, active: all })}
              data-testid={`plate-p${priority}`}
            >
              <AlarmMark
                priority={priority}
                state={unacknowledged > 0 ? 'unacked' : 'acked'}
                size="var(--plate-px)"
                labelled={false}
              />
              <span aria-hidden="true">
                {unacknowledged}/{all}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function Quiet({ money, checkedAt }: { money: boolean; checkedAt: number | null }) {
  const t = useTranslations('alarmBar');
  const lang = useLang();
  const now = useNow();
  return (
    <p className="quiet" data-testid="no-alarms">
      {money
        ? t('noneOfMoney')
        : checkedAt === null
          ? t('none')
          : t('noneWithAge', { age: formatAge(now - checkedAt, lang) })}
    </p>
  );
}

function Worst({ alarm }: { alarm: LiveAlarm }) {
  const t = useTranslations('alarmBar');
  const code = useCode();
  const lang = useLang();
  const now = useNow();
  const figure = standingFigure(alarm);
  const place = shortPlace(alarm);
  return (
    <>
      <Link href={`/alarms/${alarm.id}`} className={styles.alarm} data-testid="alarm-words">
        <span className={styles.alert} role="alert">
          <span className={styles.what}>{alarmTitle(code('alarmRule', alarm.rule), lang)}</span>{' '}
          {figure && <span data-part="figure">{figure}</span>} <span>{place}</span>
        </span>
        <span>{formatStopwatch(now - alarm.raisedAt, lang)}</span>
      </Link>
      {alarm.escalatesAt !== null && (
        <span className={`quiet ${styles.escalates}`}>
          {alarm.escalatesAt > now
            ? t('escalates', { age: formatStopwatch(alarm.escalatesAt - now, lang) })
            : t('escalated')}
        </span>
      )}
    </>
  );
}

function Sound({ state, onSound }: { state: SoundState; onSound?: () => void }) {
  const t = useTranslations('alarmBar');
  const words =
    state === 'on'
      ? t('soundOn')
      : onSound && state === 'blocked'
        ? t.rich('startSound', { hint: (words) => <span data-part="hint">{words}</span> })
        : t('soundOff');
  return onSound ? (
    <button
      type="button"
      className={state === 'on' ? undefined : styles.off}
      onClick={onSound}
      data-sound={state}
    >
      {words}
    </button>
  ) : (
    <span data-sound={state}>{words}</span>
  );
}
