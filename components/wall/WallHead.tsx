'use client';

import type { AlarmSummary } from '../../contracts/liveEvents';
import { AlarmMark, type Priority } from '../ui/AlarmMark';
import type { ConnectionState } from '../ui/ConnState';
import { classNames } from '../ui/classNames';
import { formatDate, formatTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { ageWords } from './ageWords';
import type { Scene } from './rotation';
import type { WallFreshness } from './upkeep';
import styles from './WallHead.module.css';
import { Other, useWallWords } from './wallText';

const PRIORITIES: readonly Priority[] = [1, 2, 3];
const STEPS = [1, 2, 3, 4, 5, 6] as const;
/** The clock drifts by one of these, so that its digits burn in nowhere. */
const DRIFT_REM = [0, 0.5, 1, 0.5] as const;
const DRIFT_MS = 15 * 60_000;

interface Props {
  scene: Scene;
  summary: AlarmSummary | null;
  connection: ConnectionState;
  ageMs: number | null;
  fresh: WallFreshness;
  swapped: boolean;
  /** Whether this browser really plays alarms. */
  audible: boolean;
}

/** Title of the scene at one side; alarms, age of the data and the clock at the other. The sides change every round. */
export function WallHead({ scene, summary, connection, ageMs, fresh, swapped, audible }: Props) {
  const { t, o, lang } = useWallWords();
  const now = useNow();
  const zone = useCampusZone();
  const drift = DRIFT_REM[Math.floor(now / DRIFT_MS) % DRIFT_REM.length];
  const data =
    ageMs === null ? t('noDataYet') : t(fresh === 'live' ? 'data' : 'lagging', { age: ageWords(ageMs, t) });
  return (
    <header className={classNames(styles.head, swapped && styles.swapped)}>
      <div className={styles.title}>
        <h1>{t(`scenes.${scene}`)}</h1>
        <Other>{o(`scenes.${scene}`)}</Other>
        {scene === 'A' && (
          <span className={styles.ramp}>
            0
            <span>
              {STEPS.map((step) => (
                <i key={step} style={{ background: `var(--load-${step})` }} />
              ))}
            </span>
            {t('ofCapacity')}
          </span>
        )}
      </div>
      <Counts summary={summary} />
      <p className={styles.side}>
        <span>{formatDate(now, zone, lang, { weekday: true })}</span>
        <span
          className={fresh === 'live' ? undefined : styles.late}
          data-testid="conn"
          data-state={connection}
          data-age-s={ageMs === null ? undefined : Math.floor(ageMs / 1_000)}
        >
          {connection === 'live' || connection === 'lagging'
            ? data
            : t('pair', { first: t(`state.${connection}`), second: data })}
          <span data-testid="wall-sound" data-sound={audible ? 'on' : 'off'}>
            {` · ${t(audible ? 'soundOn' : 'soundOff')}`}
          </span>
        </span>
      </p>
      <time className={styles.clock} style={{ translate: `${-drift!}rem 0` }}>
        {formatTime(now, zone, false)}
      </time>
    </header>
  );
}

/** How many alarms of each priority stand; those that don't exist take no place. */
function Counts({ summary }: { summary: AlarmSummary | null }) {
  const { t, o } = useWallWords();
  if (!summary) return null;
  const shown = PRIORITIES.filter(
    (priority) => summary.active[priority - 1]! > 0 || summary.unacknowledged[priority - 1]! > 0,
  );
  if (shown.length === 0) {
    return (
      <p className={styles.quiet}>
        {t('noAlarms')} <Other>{o('noAlarms')}</Other>
      </p>
    );
  }
  return (
    <ul className={styles.counts}>
      {shown.map((priority) => (
        <li key={priority} data-testid={`count-p${priority}`}>
          <AlarmMark
            priority={priority}
            state={summary.unacknowledged[priority - 1]! > 0 ? 'unacked' : 'acked'}
            size="3.5rem"
          />
          {Math.max(summary.active[priority - 1]!, summary.unacknowledged[priority - 1]!)}
        </li>
      ))}
    </ul>
  );
}
