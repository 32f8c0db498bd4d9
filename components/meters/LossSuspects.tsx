'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { formatNumber, formatPercent, withUnit } from '../ui/format';
import { useName } from '../ui/useName';
import { useOpens } from '../ui/useOpens';
import styles from './FeederPanels.module.css';
import type { FeederLosses, LossSuspect } from './feederTypes';

const kwh = (value: number) => withUnit(formatNumber(value, 1), 'kWh');

/** What a residual may come from: in one sentence, and the meters whose change explains it best. */
export function LossSuspects({ losses }: { losses: FeederLosses }) {
  const t = useTranslations('grid.loss');
  const { over, cause, suspects, withheld, alarmId, band } = losses;
  return (
    <div className={styles.detective} data-testid="loss-cause" data-cause={cause.toLowerCase()}>
      <h3>{t('causeTitle')}</h3>
      <p>
        {over
          ? `${t('over', { n: over.days, kwh: kwh(over.residualKwhDay) })} ${t(`cause.${cause}`)}`
          : t(band ? 'within' : 'notJudged')}
        {alarmId && (
          <>
            {' '}
            <Link className={styles.link} href={`/alarms/${alarmId}`}>
              {t('toAlarm')}
            </Link>
          </>
        )}
      </p>
      {suspects.length > 0 && (
        <ol className={styles.suspects}>
          {suspects.map((suspect) => (
            <Suspect key={suspect.point} suspect={suspect} />
          ))}
        </ol>
      )}
      {withheld > 0 && <p>{t('withheld', { n: withheld })}</p>}
    </div>
  );
}

function Suspect({ suspect }: { suspect: LossSuspect }) {
  const t = useTranslations('grid.loss');
  const nameOf = useName();
  const opens = useOpens();
  const { point, meter, room, spaceName, spaceNameEn, cause, beforeKwhDay, sinceKwhDay, explains } = suspect;
  const name = room ?? nameOf({ name: suspect.name ?? spaceName, nameEn: suspect.nameEn ?? spaceNameEn });
  return (
    <li data-testid="loss-suspect" data-point={point} data-cause={cause.toLowerCase()}>
      <p>
        {room !== null && opens('/rooms') ? (
          <Link className={styles.link} href={`/rooms/${encodeURIComponent(room)}`}>
            {name}
          </Link>
        ) : (
          <b>{name}</b>
        )}
        {meter !== null && opens('/meters') && (
          <>
            {' · '}
            <Link className={styles.link} href={`/meters/${encodeURIComponent(meter)}`}>
              {t('meter', { code: meter })}
            </Link>
          </>
        )}
      </p>
      <p>
        {t(`suspect.${cause}`)}{' '}
        {t('fell', {
          before: kwh(beforeKwhDay),
          since: kwh(sinceKwhDay),
          share: formatPercent(explains * 100),
        })}
      </p>
    </li>
  );
}
