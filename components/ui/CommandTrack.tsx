'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { LiveCommand } from '../../contracts/liveEvents';
import { type CommandTrackState, commandTrackState, isTerminal } from '../../domain/supply/commandMachine';
import styles from './CommandTrack.module.css';
import { classNames } from './classNames';
import { NNBSP } from './format';
import { formatStopwatch, formatTime } from './formatTime';
import { Glyph } from './glyphs';
import { useCampusZone, useNow } from './now';
import { useCode } from './useCode';
import { useCommandEnd } from './useCommandEnd';
import { useLang } from './useLang';
import { useTripWords } from './useTripWords';

interface Props {
  command: LiveCommand;
  /** Who reserved the point, and when, if a lease came before. */
  armed?: { by: string; at: number };
  /** Measured closed or open by the report that proved it. */
  measured?: { at: number; words: string } | null;
  /** Buttons for the next step: undo, retry, read now. */
  actions?: ReactNode;
}

const FRACTION: Record<CommandTrackState, number> = {
  approval: 0,
  pending: 0.08,
  sent: 0.5,
  acked: 0.75,
  verified: 1,
  mismatch: 0.75,
  failed: 0.5,
  timeout: 0.5,
  expired: 0.25,
  cancelled: 0.08,
  superseded: 0.08,
};

interface Station {
  key: string;
  title: string;
  when: string;
  words: string;
  mark: 'done' | 'now' | 'open' | 'bad';
}

/**
 * Life of one command: what is known at the left in large words, its stations at the right (below on a phone). It never
 * says success before telemetry has proved it, and shows a failure as a failure.
 */
export function CommandTrack({ command, armed, measured, actions }: Props) {
  const t = useTranslations('commands');
  const code = useCode();
  const tripWords = useTripWords();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const state = commandTrackState(command.state);
  const end = useCommandEnd()(command);
  const ended = isTerminal(command.state);
  const opening = command.action === 'DISCONNECT' || command.action === 'CLOSE_VALVE';
  const reads = command.action === 'READ';
  const at = (name: LiveCommand['state']) => command.steps.find((step) => step.state === name)?.at ?? null;
  const seconds = (from: number, to: number) => formatStopwatch(Math.max(0, to - from), lang);
  const sentAt = at('SENT');
  const ackAt = at('ACCEPTED') ?? at('EXECUTED');
  const verifiedAt = at('VERIFIED');
  const time = (value: number | null) => (value === null ? '' : formatTime(value, zone));
  const goal = t(reads ? 'newReading' : opening ? 'measuredOpen' : 'measuredClosed');

  const stations: Station[] = [];
  if (armed)
    stations.push({ key: 'armed', title: t('armed'), when: time(armed.at), words: armed.by, mark: 'done' });
  stations.push({
    key: 'stored',
    title: t('stored'),
    when: time(command.createdAt),
    words:
      state === 'approval'
        ? t('waitsForSecond')
        : state === 'pending' && command.notBefore !== null && command.notBefore > now
          ? t('holdsFor', { time: seconds(now, command.notBefore) })
          : command.trip
            ? tripWords(command.trip)
            : code('supplyReason', command.reason),
    mark: state === 'pending' || state === 'approval' ? 'now' : 'done',
  });
  stations.push({
    key: 'sent',
    title: t('sent'),
    when: time(sentAt),
    words: sentAt === null ? '' : t('brokerHasIt'),
    mark: sentAt === null ? 'open' : state === 'sent' ? 'now' : 'done',
  });
  stations.push({
    key: 'acked',
    title: t('accepted'),
    when: time(ackAt),
    words:
      ackAt === null || sentAt === null
        ? ''
        : t('answeredIn', {
            time: `${Math.max(0, Math.round((ackAt - sentAt) / 100) / 10)}${NNBSP}${t('s')}`,
          }),
    mark: ackAt === null ? 'open' : state === 'acked' ? 'now' : 'done',
  });
  if (end && state !== 'mismatch') {
    stations.push({
      key: 'end',
      title: code('trackState', state),
      when: time(command.changedAt),
      words: end.why,
      mark: 'bad',
    });
  } else {
    stations.push({
      key: 'proof',
      title: state === 'mismatch' ? t('notProven') : goal,
      when:
        verifiedAt !== null
          ? time(measured?.at ?? verifiedAt)
          : state === 'mismatch'
            ? time(command.changedAt)
            : command.proofBy
              ? t('by', { time: time(command.proofBy) })
              : '',
      words:
        verifiedAt !== null
          ? (measured?.words ?? t(reads ? 'readingCame' : 'provenBy'))
          : end
            ? end.why
            : t(reads ? 'elseUnread' : opening ? 'elseAlarmCut' : 'elseAlarmRestore'),
      mark: verifiedAt !== null ? 'done' : state === 'mismatch' ? 'bad' : 'open',
    });
    if (!ended) {
      stations.push({
        key: 'expires',
        title: t('expires'),
        when: time(command.expiresAt),
        words: t('neverLater', {
          seconds: Math.round((command.expiresAt - (command.notBefore ?? command.createdAt)) / 1_000),
        }),
        mark: 'open',
      });
    }
  }

  const title =
    state === 'verified'
      ? t(reads ? 'titleRead' : opening ? 'titleOpen' : 'titleClosed', {
          time: time(measured?.at ?? verifiedAt),
        })
      : (end?.title ?? (reads && state === 'acked' ? t('titleReading') : code('trackTitle', state)));
  const running =
    state === 'acked' && command.proofBy && ackAt !== null
      ? t('ofWindow', { age: seconds(ackAt, now), window: seconds(ackAt, command.proofBy) })
      : state === 'pending' && command.notBefore !== null && command.notBefore > now
        ? seconds(now, command.notBefore)
        : !ended
          ? t('ofWindow', {
              age: seconds(command.createdAt, now),
              window: seconds(command.createdAt, command.expiresAt),
            })
          : time(command.changedAt);

  return (
    <div className={styles.frame} data-testid="cmd-track" data-state={state} data-command={command.id}>
      <div className={styles.track}>
        <div className={styles.say}>
          <Ring
            fraction={FRACTION[state]}
            proven={state === 'verified'}
            failed={ended && state !== 'verified'}
          />
          <div role="status">
            <b>{title}</b>
            <span className="quiet">{running}</span>
          </div>
        </div>
        <ol className={styles.stations}>
          {stations.map((station) => (
            <li
              key={station.key}
              className={styles[station.mark]}
              data-station={station.key}
              data-mark={station.mark}
            >
              <b>{station.title}</b>
              <i aria-hidden="true" />
              <span>{station.when || NNBSP}</span>
              <small>{station.words || NNBSP}</small>
            </li>
          ))}
        </ol>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  );
}

/** How far it has come: a ring in ink, a check once proven, a cross when it failed. Never green. */
function Ring({ fraction, proven, failed }: { fraction: number; proven: boolean; failed: boolean }) {
  const length = 2 * Math.PI * 24;
  return (
    <span className={classNames(styles.ring, failed && styles.ringBad)} aria-hidden="true">
      <svg viewBox="0 0 56 56" width="56" height="56" aria-hidden="true">
        <circle className={styles.ringBack} cx="28" cy="28" r="24" />
        <circle
          className={styles.ringFront}
          cx="28"
          cy="28"
          r="24"
          strokeDasharray={`${length * fraction} ${length}`}
          transform="rotate(-90 28 28)"
        />
      </svg>
      {proven && <Glyph name="check" size="24px" />}
      {failed && <Glyph name="close" size="24px" />}
    </span>
  );
}
