'use client';

import { useTranslations } from 'next-intl';
import { useMeasured, useNewestMoney } from '../live/measured';
import { BandTag } from '../ui/BandCell';
import { estimated, formatEnergy, formatMoney, formatPower, LONG_DASH } from '../ui/format';
import { formatTime, formatTimeLeft } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { useLang } from '../ui/useLang';
import { HORIZON_HOURS, useTimeLeftWords } from '../ui/useTimeLeftWords';
import type { RoomAccount, RoomData, RoomPoint } from './roomData';
import styles from './TimeLeftPanel.module.css';

const HOUR_MS = 3_600_000;

/** Time left before money: how long the credit lasts, until when nothing is cut, and what it is for roles with the right. */
export function TimeLeftPanel({
  account,
  point,
  rights,
}: {
  account: RoomAccount;
  point: RoomPoint | null;
  rights: RoomData['rights'];
}) {
  const t = useTranslations('rooms');
  const zone = useCampusZone();
  const { timeLeft } = account;
  return (
    <Panel
      title={t('timeLeft')}
      meta={
        timeLeft?.computedMs
          ? t('forecastOf', { time: formatTime(timeLeft.computedMs, zone, false) })
          : undefined
      }
      testId="time-left"
    >
      <div className={styles.body}>
        {timeLeft ? <Left timeLeft={timeLeft} /> : <p className="quiet">{t('bandHidden')}</p>}
        <Money account={account} point={point} rights={rights} />
      </div>
    </Panel>
  );
}

function Left({ timeLeft }: { timeLeft: NonNullable<RoomAccount['timeLeft']> }) {
  const lang = useLang();
  const { until, cut } = useTimeLeftWords()(timeLeft);
  const { hours, band } = timeLeft;
  return (
    <>
      <p className={styles.hero} data-testid="time-left-figure">
        <span>
          {hours === null
            ? LONG_DASH
            : hours >= HORIZON_HOURS
              ? `≥ ${formatTimeLeft(HORIZON_HOURS * HOUR_MS, lang)}`
              : formatTimeLeft(hours * HOUR_MS, lang)}
        </span>
        <BandTag band={band} />
      </p>
      <p className={styles.soft}>
        {until} {cut}
      </p>
    </>
  );
}

function Money({
  account,
  point,
  rights,
}: {
  account: RoomAccount;
  point: RoomPoint | null;
  rights: RoomData['rights'];
}) {
  const t = useTranslations('rooms');
  const money = useNewestMoney(account);
  if (!money) {
    return (
      <dl className={styles.rows}>
        <div>
          <dt>{t('balance')}</dt>
          <dd data-testid="balance" data-masked="true">
            {t('masked')}
          </dd>
        </div>
      </dl>
    );
  }
  const options = { currency: account.currency };
  return (
    <dl className={styles.rows}>
      <div>
        <dt>{t(rights.cashDesk ? 'balanceForYou' : 'balance')}</dt>
        <dd data-testid="balance" data-micro={money.availableMicro}>
          <b>{formatMoney(money.availableMicro, options)}</b>
          {account.unitsMicro !== null && (
            <>
              {t('comma')}
              {estimated(formatEnergy(account.unitsMicro, 'room'))}
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('unposted')}</dt>
        <dd>{formatMoney(money.unpostedMicro, { ...options, decimals: 6 })}</dd>
      </div>
      {account.money && account.money.arrearsMicro !== '0' && (
        <div>
          <dt>{t('arrears')}</dt>
          <dd>{formatMoney(account.money.arrearsMicro, options)}</dd>
        </div>
      )}
      {rights.live && point && account.unitsMicro !== null && (
        <AtLoadNow point={point} unitsMicro={account.unitsMicro} />
      )}
    </dl>
  );
}

function AtLoadNow({ point, unitsMicro }: { point: RoomPoint; unitsMicro: string }) {
  const t = useTranslations('rooms');
  const lang = useLang();
  const { powerW } = useMeasured(point);
  if (powerW === null || powerW < 1 || unitsMicro === '0') return null;
  const hours = Number(unitsMicro) / 1_000 / powerW;
  return (
    <div>
      <dt>{t('atLoadNow', { load: formatPower(powerW, 'room') })}</dt>
      <dd>{estimated(formatTimeLeft(hours * HOUR_MS, lang))}</dd>
    </div>
  );
}
