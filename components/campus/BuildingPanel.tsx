'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import type { BuildingRow, LiveAlarm } from '../../contracts/liveEvents';
import { useTRPC } from '../live/trpc';
import type { CampusPlace } from '../map/campusData';
import { BulkLink } from '../supply/BulkLink';
import { ButtonLink } from '../ui/Button';
import { formatNumber, formatPercent, formatPower, LONG_DASH, withUnit } from '../ui/format';
import { Gauge } from '../ui/Gauge';
import { LiveValue } from '../ui/LiveValue';
import { ErrorState, Skeleton } from '../ui/states';
import { useLang } from '../ui/useLang';
import { BuildingAlarms } from './BuildingAlarms';
import styles from './BuildingPanel.module.css';
import { FloorStrip } from './FloorStrip';
import { RoomBands } from './RoomBands';

const REFRESH_MS = 10_000;
/** How often sums of buildings are renewed. */
const SUM_MS = 10_000;

interface Props {
  building: CampusPlace;
  row: BuildingRow | undefined;
  alarms: readonly LiveAlarm[];
  may: readonly string[];
  onClose: () => void;
}

/** One building beside the map: load against its rating, feeders, floors, alarms, and how long its rooms last. */
export function BuildingPanel({ building, row, alarms, may, onClose }: Props) {
  const t = useTranslations('map.panel');
  const common = useTranslations('common');
  const lang = useLang();
  const trpc = useTRPC();
  const head = useRef<HTMLHeadingElement>(null);
  const query = useQuery(
    trpc.map.building.queryOptions({ building: building.code }, { refetchInterval: REFRESH_MS }),
  );
  const seesBands = may.includes('VIEW_BAND');
  const mayCut = may.includes('CUT');
  const balances = useQuery(trpc.balances.overview.queryOptions(undefined, { enabled: seesBands }));
  const rooms = balances.data?.buildings.find(({ code }) => code === building.code);
  const name = lang === 'en' ? (building.nameEn ?? building.name) : building.name;
  useEffect(() => head.current?.focus({ preventScroll: true }), []);
  const powerW = row?.[2] ?? null;
  const { capacityW } = building;
  const load = query.data;
  return (
    <aside
      className={styles.panel}
      aria-label={name}
      data-testid="building-panel"
      data-building={building.code}
    >
      <header className={styles.header}>
        <h2 ref={head} tabIndex={-1}>
          {name}
        </h2>
        <button type="button" onClick={onClose} aria-label={common('close')} className={styles.close}>
          ×
        </button>
      </header>
      <section className={styles.load}>
        <p className={styles.figure}>
          <LiveValue asOf={row && row[1] > 0 ? row[1] : null} intervalMs={SUM_MS} testId="building-load">
            {powerW === null ? null : formatPower(powerW)}
          </LiveValue>
          {powerW !== null && capacityW !== null && (
            <span>
              {t('ofRating', {
                percent: formatPercent((powerW / capacityW) * 100),
                rating: formatPower(capacityW),
              })}
            </span>
          )}
        </p>
        {capacityW !== null && (
          <Gauge now={powerW} max={Math.max(capacityW, powerW ?? 0) * 1.05} limit={capacityW} />
        )}
        <p className="meta">
          {row ? t('meters', { counted: row[3], installed: row[4], percent: metersShare(row) }) : LONG_DASH}
        </p>
      </section>
      {query.isError ? (
        <ErrorState cause={t('failed')} onRetry={() => void query.refetch()} />
      ) : load === undefined ? (
        <Skeleton height={240} onRetry={() => void query.refetch()} />
      ) : (
        <>
          {load.feeders.length > 0 && (
            <section>
              <h3>{t('feeders')}</h3>
              <ul className={styles.feeders}>
                {load.feeders.map((feeder) => (
                  <li key={feeder.point}>
                    <span>{feeder.point}</span>
                    <b>{formatPower(feeder.powerW)}</b>
                    <span className="quiet">
                      {feeder.powerW !== null && feeder.capacityW !== null
                        ? t('ofRating', {
                            percent: formatPercent((feeder.powerW / feeder.capacityW) * 100),
                            rating: formatPower(feeder.capacityW),
                          })
                        : t('silent')}
                    </span>
                    {may.includes('CUT_FEEDER') && <BulkLink kind="FEEDER" code={feeder.point} />}
                  </li>
                ))}
              </ul>
            </section>
          )}
          <FloorStrip floors={load.floors} seesRooms={load.seesRooms} mayCut={mayCut} />
        </>
      )}
      {may.includes('VIEW_ALARMS') && <BuildingAlarms alarms={alarms} />}
      {rooms && <RoomBands rooms={rooms} />}
      <footer className={styles.foot}>
        {mayCut && <BulkLink kind="SPACE" code={building.code} words="building" size="control" />}
        {rooms && (
          <ButtonLink variant="primary" wide href={`/balances?building=${encodeURIComponent(building.code)}`}>
            {t('open', { name })}
          </ButtonLink>
        )}
        {!rooms && alarms.length > 0 && (
          <Link href="/alarms" className="quiet">
            {t('allAlarms')}
          </Link>
        )}
      </footer>
    </aside>
  );
}

/** Share of meters in the sum, never rounded up to all of them. */
function metersShare([, , , counted, installed]: BuildingRow): string {
  if (installed === 0) return LONG_DASH;
  if (counted === installed) return formatPercent(100);
  return withUnit(formatNumber(Math.floor((counted / installed) * 1_000) / 10, 1), '%');
}
