'use client';

import { useTranslations } from 'next-intl';
import { alarmTitle, markOf, shortPlace, shownState } from '../live/alarmView';
import { AlarmMark } from '../ui/AlarmMark';
import { formatStopwatch } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useNow } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './FloodCardHead.module.css';
import { affectedPlaces, worstRow } from './floodView';
import type { AlarmRow, Incident } from './incidents';
import { useCauseWords } from './useCauseWords';

/** Codes of places that are named; the rest is counted, and named on the rows. */
const NAMED = 8;
const PRIORITIES = [2, 3, 4] as const;

/**
 * The line of a card: what holds it together, its worst hazard, how many of each priority, and which rooms; pressed, it shows
 * or hides its rows.
 */
export function FloodCardHead({
  incident,
  onToggle,
  onFocus,
}: {
  incident: Incident;
  onToggle: (key: string) => void;
  onFocus: (key: string) => void;
}) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const now = useNow();
  const causeOf = useCauseWords();
  const codeOf = useCode();
  const { key, open } = incident;
  // A card has rows, or it would not be.
  const rows = incident.rows as readonly [AlarmRow, ...AlarmRow[]];
  const worst = worstRow(rows).alarm;
  const rule = alarmTitle(codeOf('alarmRule', worst.rule), lang);
  const hazard = rows.some(({ alarm }) => alarm.rule !== worst.rule)
    ? t('flood.worst', { rule, place: shortPlace(worst) })
    : rule;
  const oldest = Math.min(...rows.map(({ alarm }) => alarm.raisedAt));
  const counts = PRIORITIES.flatMap((priority) => {
    const n = rows.filter(({ alarm }) => alarm.priority === priority).length;
    return n > 0 ? [t('flood.ofPriority', { priority, n })] : [];
  });
  const { rooms, codes } = affectedPlaces(rows, ({ alarm }) => shortPlace(alarm));
  const list = codes.slice(0, NAMED).join(t('comma'));
  const more = Math.max(0, codes.length - NAMED);
  return (
    <tr className={styles.card}>
      <th scope="rowgroup" colSpan={6}>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => onToggle(key)}
          onFocus={() => onFocus(key)}
          data-stop={key}
          data-testid="flood-card-head"
        >
          <AlarmMark
            priority={worst.priority}
            state={markOf(shownState(worst, now))}
            size="24px"
            className={styles.mark}
          />
          <span className={styles.words}>
            <b>{causeOf(incident)}</b>{' '}
            <span className={styles.counts}>
              {t('members', { n: rows.length })}
              <span>{counts.join(t('comma'))}</span>
            </span>
            <small>
              {incident.cause?.kind !== 'RULE' && <b>{hazard}</b>}
              {rooms ? t('flood.rooms', { n: codes.length, list, more }) : t('flood.places', { list, more })}
            </small>
          </span>
          <small className={styles.age}>{t('oldest', { age: formatStopwatch(now - oldest, lang) })}</small>
          <Glyph name={open ? 'down' : 'next'} />
        </button>
      </th>
    </tr>
  );
}
