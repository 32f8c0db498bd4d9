'use client';

import { useTranslations } from 'next-intl';
import { ratingW } from '../live/alarmView';
import { BulkLink } from '../supply/BulkLink';
import { useControl } from '../supply/control';
import { Button } from '../ui/Button';
import { formatPercent, formatPower } from '../ui/format';
import { formatSpan } from '../ui/formatTime';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './AlarmPane.module.css';
import type { AlarmDetail } from './alarmData';
import type { AlarmRow } from './incidents';
import { loadNow } from './loadNow';
import { responseOf } from './responseOf';

/** Rules of a feeder that carries too much: less load below it is what helps. */
const TOO_MUCH_LOAD: ReadonlySet<string> = new Set(['FEEDER_OVERLOAD', 'FEEDER_80']);

/** What to do within the time to act: rooms to cut and what that gains, the rule's response, whom to call, its cause. */
export function AlarmResponse({ detail, row }: { detail: AlarmDetail; row: AlarmRow }) {
  const t = useTranslations('alarms');
  const rules = useTranslations('alarms.rules');
  const code = useCode();
  const lang = useLang();
  const { arm } = useControl();
  const { rule, below, staff } = detail;
  const { alarm, context } = row;
  const open = below?.over.filter((room) => room.command === null) ?? [];
  const gainW = open.reduce((sum, room) => sum + room.powerW, 0);
  const feederW = loadNow(detail);
  const rating = ratingW(alarm);
  const text = (key: ReturnType<typeof responseOf> | 'cause' | 'consequence') =>
    rule && rules.has(`${rule.code}.${key}`) ? rules(`${rule.code}.${key}`) : null;
  const response = text(responseOf(alarm, below?.over.length ?? null)) ?? text('response');
  const stands = alarm.returnedAt === null && TOO_MUCH_LOAD.has(alarm.rule);
  const feeder = context?.rights.cutFeeder && stands ? context.feeder : null;
  return (
    <div className={styles.part} data-testid="alarm-response">
      <h2>{rule ? t('responseWithin', { span: formatSpan(rule.actWithinMs, lang) }) : t('response')}</h2>
      <ol className={styles.steps}>
        {open.length > 0 && (
          <li>
            {t('cutRooms', { rooms: open.map((room) => room.spaceCode).join(t('comma')) })}
            {feederW !== null && rating
              ? t('cutGain', {
                  gain: formatPower(-gainW),
                  share: formatPercent(((feederW - gainW) / rating) * 100),
                })
              : ''}
          </li>
        )}
        {response && <li>{response}</li>}
        {feeder && (
          <li data-testid="bulk-way">
            {t('bulkWay')} <BulkLink kind="FEEDER" code={feeder} />
          </li>
        )}
        {staff.map((person) => (
          <li key={person.name}>
            {t('call', {
              role: code('role', person.role),
              name: person.name,
              contact: person.contact ?? '',
            })}
          </li>
        ))}
      </ol>
      {open.length > 0 && context?.rights.cut && (
        <ul className={styles.rooms} aria-label={t('roomsOver')}>
          {below!.over.map((room) => (
            <li key={room.pointCode}>
              <b>{room.spaceCode}</b>
              <span>
                {t('percentOf', {
                  share: formatPower(room.powerW, 'room'),
                  limit: formatPower(room.limitW, 'room'),
                })}
              </span>
              {room.command ? (
                <span className="quiet">{t('cutRunning')}</span>
              ) : (
                <Button
                  size="small"
                  onClick={() =>
                    arm({ pointCode: room.pointCode, roomCode: room.spaceCode, direction: 'CUT' })
                  }
                  aria-label={t('cutNamed', { place: room.spaceCode })}
                >
                  {t('cut')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {text('cause') && (
        <p className={styles.soft}>
          {t('cause', { cause: text('cause')! })} {text('consequence')}
        </p>
      )}
    </div>
  );
}
