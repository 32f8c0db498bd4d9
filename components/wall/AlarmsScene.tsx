'use client';

import { AlarmMark } from '../ui/AlarmMark';
import { formatStopwatch } from '../ui/formatTime';
import styles from './AlarmsScene.module.css';
import { ageWords } from './ageWords';
import { alarmLine } from './alarmWords';
import { Fit } from './Fit';
import type { WallAlarm } from './wallAlarms';
import { Other, useWallWords } from './wallText';
import type { WallPlaces } from './wallTypes';

/** Lines that fit, the large one among them. */
const LINES = 6;

/** Sizes in rem: as the guide has them, then smaller steps for words of unusual length. */
const LARGE = [6, 5.5, 5, 4.5, 4, 3.5] as const;
const KEY = [3.5, 3, 2.5] as const;

interface Props {
  rows: readonly WallAlarm[];
  places: WallPlaces;
  now: number;
  ageMs: number | null;
  pinned: boolean;
}

/** Scene C: the alarms, the unacknowledged P1 large. Rooms are counted, not named. */
export function AlarmsScene({ rows, places, now, ageMs, pinned }: Props) {
  const words = useWallWords();
  const { t, o } = words;
  if (rows.length === 0) return <Calm ageMs={ageMs} />;
  const [first] = rows;
  const large = first && first.priority === 1 && first.unacknowledged > 0 ? first : null;
  const list = rows.slice(large ? 1 : 0, LINES);
  const shown = list.length + (large ? 1 : 0);
  return (
    <div className={styles.scene}>
      {large && <Large alarm={large} places={places} now={now} />}
      <ul className={styles.list}>
        {list.map((alarm) => (
          <Line key={alarm.key} alarm={alarm} places={places} now={now} />
        ))}
      </ul>
      <footer className={styles.foot}>
        <span>
          {pinned && (
            <>
              {t('pinned')} <Other>{o('pinned')}</Other>
            </>
          )}
        </span>
        <span>
          {shown < rows.length ? (
            <>
              {t('shown', { shown, all: rows.length })}{' '}
              <Other>{o('shown', { shown, all: rows.length })}</Other>
            </>
          ) : (
            <>
              {t('allShown', { n: rows.length })} <Other>{o('allShown', { n: rows.length })}</Other>
            </>
          )}
        </span>
      </footer>
    </div>
  );
}

interface LineProps {
  alarm: WallAlarm;
  places: WallPlaces;
  now: number;
}

function Large({ alarm, places, now }: LineProps) {
  const words = useWallWords();
  const { t, o, lang, other } = words;
  const line = alarmLine(alarm, places, words, lang);
  const second = alarmLine(alarm, places, words, other);
  return (
    <section
      className={styles.large}
      role="alert"
      data-testid="alarm-row"
      data-pri={alarm.priority}
      data-state={alarm.state}
    >
      <AlarmMark priority={alarm.priority} state={alarm.mark} size="9rem" className={styles.mark} />
      <div>
        <Fit as="h2" sizes={LARGE}>
          {line.what}
        </Fit>
        <Fit sizes={KEY}>{line.where}</Fit>
        <Other className={styles.block}>{o('pair', { first: second.what, second: second.where })}</Other>
      </div>
      <div className={styles.when}>
        <h2>{formatStopwatch(now - alarm.raisedAt, lang)}</h2>
        <span>{t(`stateWords.${alarm.state}`)}</span>
        <Other className={styles.block}>{withEscalation(alarm, now, o, other)}</Other>
      </div>
    </section>
  );
}

function withEscalation(
  { state, escalatesAt }: WallAlarm,
  now: number,
  say: ReturnType<typeof useWallWords>['t'],
  locale: 'zh-CN' | 'en',
): string {
  const first = say(`stateWords.${state}`);
  if (escalatesAt === null) return first;
  const second =
    escalatesAt > now
      ? say('escalatesIn', { age: formatStopwatch(escalatesAt - now, locale) })
      : say('escalated');
  return say('pair', { first, second });
}

function Line({ alarm, places, now }: LineProps) {
  const words = useWallWords();
  const { t, o, lang, other } = words;
  const line = alarmLine(alarm, places, words, lang);
  const second = alarmLine(alarm, places, words, other);
  return (
    <li
      className={styles.line}
      data-testid="alarm-row"
      data-pri={alarm.priority}
      data-state={alarm.state}
      data-unacked={alarm.unacknowledged > 0 || undefined}
    >
      <AlarmMark priority={alarm.priority} state={alarm.mark} size="4rem" />
      <div>
        <Fit sizes={KEY}>{line.what}</Fit>
        <Other className={styles.block}>{second.what}</Other>
      </div>
      <div>
        <Fit sizes={KEY}>{line.where}</Fit>
        <Other className={styles.block}>{second.where}</Other>
      </div>
      <div className={styles.when}>
        <b>{formatStopwatch(now - alarm.raisedAt, lang)}</b>
        <span className={styles.state}>
          {t(`stateWords.${alarm.state}`)} <Other>{o(`stateWords.${alarm.state}`)}</Other>
        </span>
      </div>
    </li>
  );
}

/** No alarm: said in words, with the age that proves it. */
function Calm({ ageMs }: { ageMs: number | null }) {
  const { t, o } = useWallWords();
  const checked = (say: typeof t) =>
    ageMs === null ? say('noDataYet') : say('noAlarmsChecked', { age: ageWords(ageMs, say) });
  return (
    <div className={styles.calm} data-testid="wall-calm">
      <h2>{t('noAlarms')}</h2>
      <Other>{o('noAlarms')}</Other>
      <p>{checked(t)}</p>
      <Other>{checked(o)}</Other>
    </div>
  );
}
