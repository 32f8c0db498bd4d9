'use client';

import { useTranslations } from 'next-intl';
import { shownState } from '../live/alarmView';
import { useConnection } from '../live/LiveProvider';
import { useControl } from '../supply/control';
import { Button, ButtonLink } from '../ui/Button';
import { useNow } from '../ui/now';
import { useOpens } from '../ui/useOpens';
import styles from './AlarmPane.module.css';
import type { RowActs } from './AlarmRows';
import type { AlarmDetail } from './alarmData';
import type { AlarmRow } from './incidents';
import { isCuttable } from './isCuttable';

export interface PaneActs extends RowActs {
  assign: (row: AlarmRow) => void;
  note: (row: AlarmRow) => void;
  shelve: (row: AlarmRow) => void;
  unshelve: (id: string) => void;
  reset: (row: AlarmRow) => void;
  releaseCharge: (row: AlarmRow) => void;
  outOfService: (row: AlarmRow) => void;
  returnToService: (id: string) => void;
}

/** What can be done about it now; what a role never does is not there. */
export function AlarmActions({
  row,
  detail,
  acknowledging,
  acts,
}: {
  row: AlarmRow;
  detail: AlarmDetail | null;
  acknowledging: boolean;
  acts: PaneActs;
}) {
  const t = useTranslations('alarms');
  const live = useTranslations('live');
  const now = useNow();
  const { arm } = useControl();
  const opens = useOpens();
  const { state: connection } = useConnection();
  const { alarm, context } = row;
  const state = shownState(alarm, now);
  const rights = context?.rights;
  const call = detail?.rule?.firstAction === 'CALL' ? numberToCall(detail.staff) : null;
  const over = detail?.below?.over.filter((room) => room.command === null) ?? [];
  const offline = connection === 'offline' ? live('controlOffline') : undefined;
  const ackable = state === 'UNACK' || state === 'RTN_UNACK' || state === 'LATCHED_UNACK';
  const cut = isCuttable(row);
  const held = alarm.rule === 'BALANCE_ANOMALY' && (alarm.state === 'UNACK' || alarm.state === 'ACKED');
  const releases = held && rights?.releaseCharge;
  return (
    <div className={styles.actions}>
      <div className={styles.main}>
        {offline && <p className="quiet">{offline}</p>}
        {cut && (
          <Button
            variant="primary"
            size="control"
            breaker="open"
            disabled={offline !== undefined}
            onClick={() => acts.cut(row)}
            data-testid="cut"
            data-cut
            aria-keyshortcuts="x"
          >
            {t('cutDots')} <kbd>x</kbd>
          </Button>
        )}
        {rights?.cut && over.length > 0 && (
          <Button
            variant="primary"
            size="control"
            breaker="open"
            disabled={offline !== undefined}
            onClick={() =>
              arm({ pointCode: over[0]!.pointCode, roomCode: over[0]!.spaceCode, direction: 'CUT' })
            }
            data-testid="cut-worst"
            data-cut
          >
            {t('cutWorst', { place: over[0]!.spaceCode })}
          </Button>
        )}
        {releases && (
          <Button
            variant="primary"
            size="control"
            disabled={offline !== undefined}
            onClick={() => acts.releaseCharge(row)}
            data-testid="release-charge"
          >
            {t('decideCharge')}
          </Button>
        )}
        {ackable && rights?.acknowledge && (
          <Button
            variant={cut || over.length > 0 || releases ? 'plain' : 'primary'}
            size="control"
            disabled={acknowledging || offline !== undefined}
            onClick={() => acts.acknowledge(alarm.id)}
            data-testid="pane-ack"
            aria-keyshortcuts="a"
          >
            {acknowledging ? t('acknowledging') : t('acknowledge')} <kbd>a</kbd>
          </Button>
        )}
      </div>
      <div className={styles.more}>
        {call && (
          <ButtonLink href={call.href} size="control" data-testid="call">
            {t('callButton', { name: call.name })}
          </ButtonLink>
        )}
        {state === 'LATCHED_ACK' && rights?.reset && (
          <Button variant="primary" size="control" onClick={() => acts.reset(row)}>
            {t('resetButton')}
          </Button>
        )}
        {rights?.assign && state !== 'NORMAL' && (
          <Button size="control" onClick={() => acts.assign(row)} aria-keyshortcuts="g" data-testid="assign">
            {t('assign')} <kbd>g</kbd>
          </Button>
        )}
        {rights?.note && (
          <Button size="control" onClick={() => acts.note(row)} aria-keyshortcuts="n" data-testid="note">
            {t('addNote')} <kbd>n</kbd>
          </Button>
        )}
        {rights?.shelve && state !== 'SHELVED' && state !== 'NORMAL' && (
          <Button size="control" onClick={() => acts.shelve(row)} aria-keyshortcuts="h" data-testid="shelve">
            {t('shelve')} <kbd>h</kbd>
          </Button>
        )}
        {rights?.shelve && state === 'SHELVED' && (
          <Button size="control" onClick={() => acts.unshelve(alarm.id)} data-testid="unshelve">
            {t('unshelve')}
          </Button>
        )}
        {rights?.outOfService && state !== 'OUT_OF_SERVICE' && state !== 'NORMAL' && (
          <Button size="control" onClick={() => acts.outOfService(row)} data-testid="out-of-service">
            {t('outOfService')}
          </Button>
        )}
        {rights?.outOfService && state === 'OUT_OF_SERVICE' && (
          <Button
            size="control"
            onClick={() => acts.returnToService(alarm.id)}
            data-testid="return-to-service"
          >
            {t('returnToService')}
          </Button>
        )}
        {context?.point?.isRoom && opens('/rooms') && (
          <ButtonLink href={`/rooms/${encodeURIComponent(context.point.spaceCode)}`} size="control">
            {t('openRoom')}
          </ButtonLink>
        )}
      </div>
    </div>
  );
}

/** The first person who looks after the place and has left a telephone number. */
function numberToCall(staff: AlarmDetail['staff']): { name: string; href: string } | null {
  for (const { name, contact } of staff)
    if (contact !== null && /^\+?[\d ()-]{3,20}$/.test(contact))
      return { name, href: `tel:${contact.replace(/[^+\d]/g, '')}` };
  return null;
}
