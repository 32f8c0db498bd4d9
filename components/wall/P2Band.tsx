'use client';

import { AlarmMark } from '../ui/AlarmMark';
import { formatStopwatch } from '../ui/formatTime';
import { alarmLine } from './alarmWords';
import { Fit } from './Fit';
import styles from './P2Band.module.css';
import type { WallAlarm } from './wallAlarms';
import { Other, useWallWords } from './wallText';
import type { WallPlaces } from './wallTypes';

const SIZES = [3.5, 3, 2.5] as const;

/** The unacknowledged P2 across the bottom of the scenes that are about something else. */
export function P2Band({ alarm, places, now }: { alarm: WallAlarm; places: WallPlaces; now: number }) {
  const words = useWallWords();
  const line = alarmLine(alarm, places, words, words.lang);
  const second = alarmLine(alarm, places, words, words.other);
  return (
    <section className={styles.band} role="status" data-testid="wall-band" data-pri={alarm.priority}>
      <AlarmMark priority={alarm.priority} state={alarm.mark} size="3.5rem" />
      <div className={styles.words}>
        <Fit sizes={SIZES}>{words.t('pair', { first: line.what, second: line.where })}</Fit>
        <Other>{words.o('pair', { first: second.what, second: second.where })}</Other>
      </div>
      <span className={styles.age}>{formatStopwatch(now - alarm.raisedAt, words.lang)}</span>
    </section>
  );
}
