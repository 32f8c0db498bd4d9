'use client';

import { useTranslations } from 'next-intl';
import type { KeyboardEvent, PointerEvent } from 'react';
import { dataStateOf, markOf, shownState } from '../live/alarmView';
import { AlarmMark } from '../ui/AlarmMark';
import { Button } from '../ui/Button';
import { classNames } from '../ui/classNames';
import { formatStopwatch } from '../ui/formatTime';
import { BreakerGlyph } from '../ui/glyphs';
import { useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import styles from './AlarmRows.module.css';
import { AlarmTags } from './AlarmTags';
import { FloodCardHead } from './FloodCardHead';
import type { AlarmRow, Incident } from './incidents';
import { isCuttable } from './isCuttable';
import { useAlarmWords } from './useAlarmWords';
import { useCauseWords } from './useCauseWords';
import { usePlaceWords } from './usePlaceWords';

/** What the rows may be asked to do; what a role never does is hidden on the row. */
export interface RowActs {
  select: (id: string) => void;
  acknowledge: (id: string) => void;
  cut: (row: AlarmRow) => void;
}

interface Props {
  incidents: readonly Incident[];
  selected: string | null;
  /** Row or card with the keyboard focus; one tab stop for all rows. */
  focused: string | null;
  acknowledging: ReadonlySet<string>;
  /** Rows that left the list while somebody pointed at it. */
  gone?: ReadonlySet<string>;
  acts: RowActs;
  /** By the id of the row's alarm or the key of the card. */
  onFocusStop: (id: string) => void;
  /** Opens or shuts a card. */
  onToggle: (key: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  label: string;
  /** Column heads; the region of P1 carries them for both tables. */
  withHead?: boolean;
}

/** Rows of alarms as a table; incidents with several have a line of their own that names the cause, in a flood a card. */
export function AlarmRows(props: Props) {
  const { incidents, label, withHead, onKeyDown, onToggle, onFocusStop } = props;
  const t = useTranslations('alarms');
  return (
    <table className={styles.table} aria-label={label} onKeyDown={onKeyDown}>
      <colgroup>
        <col className={styles.markCol} />
        <col className={styles.whatCol} />
        <col className={styles.placeCol} />
        <col className={styles.ageCol} />
        <col />
        <col className={styles.actsCol} />
      </colgroup>
      <thead className={withHead ? undefined : 'visually-hidden'}>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{t('head.mark')}</span>
          </th>
          <th scope="col">{t('head.what')}</th>
          <th scope="col">{t('head.place')}</th>
          <th scope="col" className="num">
            {t('head.age')}
          </th>
          <th scope="col">{t('head.state')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('head.acts')}</span>
          </th>
        </tr>
      </thead>
      {incidents.map((incident) => (
        <tbody
          key={incident.key}
          data-testid={incident.open === undefined ? 'incident' : 'flood-card'}
          data-cause={incident.cause?.code}
          data-count={incident.rows.length}
        >
          {incident.open !== undefined ? (
            <FloodCardHead incident={incident} onToggle={onToggle} onFocus={onFocusStop} />
          ) : (
            incident.cause && <CauseLine incident={incident} />
          )}
          {incident.open !== false &&
            incident.rows.map((row) => (
              <Row key={row.alarm.id} row={row} nested={incident.cause !== null} {...props} />
            ))}
        </tbody>
      ))}
    </table>
  );
}

function CauseLine({ incident }: { incident: Incident }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const now = useNow();
  const oldest = Math.min(...incident.rows.map(({ alarm }) => alarm.raisedAt));
  const causeOf = useCauseWords();
  return (
    <tr className={styles.cause}>
      <th scope="rowgroup" colSpan={6}>
        <span>
          <b>{causeOf(incident)}</b>{' '}
          <span className="quiet">{t('members', { n: incident.rows.length })}</span>
          <small>{t('oldest', { age: formatStopwatch(now - oldest, lang) })}</small>
        </span>
      </th>
    </tr>
  );
}

function Row({
  row,
  nested,
  selected,
  focused,
  acknowledging,
  gone,
  acts,
  onFocusStop,
}: Props & { row: AlarmRow; nested: boolean }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const now = useNow();
  const wordsOf = useAlarmWords();
  const placeOf = usePlaceWords();
  const { alarm, context } = row;
  const state = shownState(alarm, now);
  const waiting = acknowledging.has(alarm.id);
  const words = wordsOf(row, { acknowledging: waiting });
  const place = placeOf(row);
  const unacked = state === 'UNACK';
  const left = gone?.has(alarm.id) ?? false;
  const acknowledgeable = unacked || state === 'RTN_UNACK' || state === 'LATCHED_UNACK';
  const cuttable = isCuttable(row);
  // A press on a button inside must not also select the row under it.
  const stop = (event: PointerEvent | KeyboardEvent) => event.stopPropagation();
  return (
    <tr
      className={classNames(
        styles.row,
        nested && styles.nested,
        alarm.id === selected && styles.selected,
        unacked && styles.unacked,
        left && styles.gone,
      )}
      data-testid="alarm-row"
      data-pri={alarm.priority}
      data-state={left ? 'gone' : dataStateOf(state)}
      data-alarm={alarm.id}
      data-rule={alarm.rule}
      data-stop={alarm.id}
      tabIndex={alarm.id === focused ? 0 : -1}
      aria-selected={alarm.id === selected}
      onClick={() => acts.select(alarm.id)}
      onFocus={() => onFocusStop(alarm.id)}
    >
      <td>
        <AlarmMark
          priority={alarm.priority}
          state={markOf(state)}
          size={alarm.priority === 1 ? '26px' : '24px'}
        />
      </td>
      <td>
        <b>{words.title}</b>
        <small>
          {words.against}
          <AlarmTags alarm={alarm} />
        </small>
      </td>
      <td>
        <span className={styles.clip}>{place.title}</span>
        <small>{place.words}</small>
      </td>
      <td className="num">{formatStopwatch(now - alarm.raisedAt, lang)}</td>
      <td>
        {words.supply && !left ? (
          <>
            <span
              className={classNames(styles.clip, styles.supply, words.supply.isAmidst && styles.amidst)}
              data-testid="row-supply"
              data-supply={words.supply.kind}
            >
              <BreakerGlyph state={words.supply.isOff ? 'open' : 'closed'} size="14px" />
              {words.supply.words}
            </span>
            <small>
              {words.supply.kind === 'under-way' && !waiting
                ? words.owner
                : t('stateAndOwner', { state: words.state, owner: words.owner })}
            </small>
          </>
        ) : (
          <>
            <span className={styles.clip}>{left ? t('leftList') : words.state}</span>
            <small>{words.owner}</small>
          </>
        )}
      </td>
      <td
        className={styles.acts}
        onPointerDown={stop}
        onKeyDown={(event) => event.key === 'Enter' && stop(event)}
      >
        {acknowledgeable && context?.rights.acknowledge && (
          <Button
            size="small"
            disabled={waiting}
            onClick={(event) => {
              event.stopPropagation();
              acts.acknowledge(alarm.id);
            }}
            aria-label={t('ackNamed', { alarm: `${words.title} ${place.title}` })}
            data-testid="ack"
          >
            {t('ack')}
          </Button>
        )}
        {cuttable ? (
          <Button
            size="small"
            onClick={(event) => {
              event.stopPropagation();
              acts.cut(row);
            }}
            aria-label={t('cutNamed', { place: place.title })}
            data-testid="row-cut"
          >
            {t('cut')}
          </Button>
        ) : (
          !acknowledgeable && (
            <Button
              size="small"
              onClick={(event) => {
                event.stopPropagation();
                acts.select(alarm.id);
              }}
              aria-label={t('openNamed', { alarm: `${words.title} ${place.title}` })}
            >
              {t('open')}
            </Button>
          )
        )}
      </td>
    </tr>
  );
}
