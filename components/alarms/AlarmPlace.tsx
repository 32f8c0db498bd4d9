'use client';

import { useTranslations } from 'next-intl';
import { Breadcrumb } from '../ui/Breadcrumb';
import { classNames } from '../ui/classNames';
import { formatNumber, formatPercent, formatPower } from '../ui/format';
import { GatewayLink } from '../ui/GatewayLink';
import { MeterLink } from '../ui/MeterLink';
import { useLang } from '../ui/useLang';
import styles from './AlarmPane.module.css';
import type { AlarmDetail } from './alarmData';
import type { AlarmRow } from './incidents';
import { usePlaceWords, useStepName } from './usePlaceWords';

/** Where it is, who lives there, and what its feeder carries by floor. */
export function AlarmPlace({ row, detail }: { row: AlarmRow; detail: AlarmDetail | null }) {
  const t = useTranslations('alarms');
  const common = useTranslations('common');
  const nameOf = useStepName();
  const lang = useLang();
  const place = usePlaceWords()(row);
  const { gateway } = row.alarm.place;
  const below = detail?.below;
  const above = detail?.above;
  return (
    <div className={classNames(styles.part, styles.place)} data-testid="alarm-place">
      <div>
        <b>{place.title}</b>
        <Breadcrumb path={[{ label: common('campus'), href: '/map' }, ...place.path]} />
        {row.context?.point?.name && row.context.point.role === 'FEEDER' && (
          <p className={styles.soft}>
            {nameOf({ name: row.context.point.name, nameEn: row.context.point.nameEn })}
          </p>
        )}
        {detail?.meter && (
          <p className={styles.soft}>
            <MeterLink code={detail.meter.code} />
          </p>
        )}
        {gateway && (
          <p className={classNames(styles.soft, styles.way)}>
            <GatewayLink code={gateway}>{t('gatewayWay', { code: gateway })}</GatewayLink>
          </p>
        )}
        {detail?.residents != null && (
          <p className={styles.soft}>{t('residents', { n: detail.residents })}</p>
        )}
        {below && <p className={styles.soft}>{t('roomsBelow', { n: below.rooms })}</p>}
        {above && (
          <p className={styles.soft}>
            {t('above', {
              code: above.code,
              load: formatPower(above.powerW),
              share:
                above.powerW !== null && above.capacityW
                  ? formatPercent((above.powerW / above.capacityW) * 100)
                  : '—',
              n: above.roomsOver,
            })}
          </p>
        )}
      </div>
      {below && below.floors.length > 0 && (
        <dl className={styles.floors} aria-label={t('floors')}>
          {below.floors.map((floor) => (
            <div key={floor.name}>
              <dt>{lang === 'en' ? (floor.nameEn ?? floor.name) : floor.name}</dt>
              <dd>
                <i
                  style={{
                    width: `${(floor.powerW / Math.max(1, ...below.floors.map((f) => f.powerW))) * 100}%`,
                  }}
                />
                <b>{formatNumber(floor.powerW / 1_000, 1)}</b>
              </dd>
            </div>
          ))}
          {below.lossW !== null && (
            <div>
              <dt>{t('loss')}</dt>
              <dd>
                <span className="quiet">{formatNumber(below.lossW / 1_000, 1)}</span>
              </dd>
            </div>
          )}
        </dl>
      )}
      {place.path.length === 0 && detail?.alarm.place.path.length ? (
        <span className="visually-hidden">
          {detail.alarm.place.path.map((name) => nameOf({ name, nameEn: null })).join(', ')}
        </span>
      ) : null}
    </div>
  );
}
