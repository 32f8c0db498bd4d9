'use client';

import { useTranslations } from 'next-intl';
import { formatAge, formatTime } from './formatTime';
import { useCampusZone, useNow } from './now';
import styles from './states.module.css';
import { useLang } from './useLang';

/** Connection of this page to the server. Lower case, since it is printed in `data-state`. */
export type ConnectionState = 'live' | 'lagging' | 'reconnecting' | 'offline';

interface Props {
  state: ConnectionState;
  /** When the newest data reached the server, ms UTC. */
  dataAsOf: number | null;
  /** Two words only, for the phone bar. */
  short?: boolean;
}

/** Connection word and data age: "Live, data 3 s". */
export function ConnState({ state, dataAsOf, short }: Props) {
  const t = useTranslations('live');
  const lang = useLang();
  const now = useNow();
  const age = dataAsOf === null ? null : formatAge(now - dataAsOf, lang);
  const word = t(`state.${state}`);
  return (
    <span data-testid="conn" data-state={state} style={state === 'live' ? undefined : { fontWeight: 600 }}>
      {age === null ? word : t(short ? 'stateShort' : 'stateWithAge', { state: word, age })}
    </span>
  );
}

/** Banner of a page without a live connection: as of when, what is disabled. Nothing while live or lagging. */
export function OfflineBanner({ state, asOf }: { state: ConnectionState; asOf: number | null }) {
  const t = useTranslations('live');
  const zone = useCampusZone();
  if (state !== 'offline') return null;
  return (
    <div className={`${styles.notice} ${styles.strong}`} role="status" data-testid="offline-banner">
      <div>
        <b>{t('offlineTitle', { time: formatTime(asOf, zone) })}</b> {t('offlineWords')}
      </div>
    </div>
  );
}
