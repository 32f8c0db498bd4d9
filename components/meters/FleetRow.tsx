'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { classNames } from '../ui/classNames';
import { formatEnergy, formatNumber, formatPower, formatVolume, LONG_DASH, withUnit } from '../ui/format';
import { formatTimeLeft } from '../ui/formatTime';
import { BreakerGlyph } from '../ui/glyphs';
import { LiveValue } from '../ui/LiveValue';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useOpens } from '../ui/useOpens';
import { AgeCell } from './AgeCell';
import styles from './FleetList.module.css';
import type { FleetMeter } from './fleetTypes';

interface Props {
  /** Null while its page is under way. */
  meter: FleetMeter | null;
  nowIndex: number;
  topPx: number;
  heightPx: number;
  showsBands: boolean;
}

/** One meter: what it is, where, how it reports, and what it said last. */
export function FleetRow({ meter, nowIndex, topPx, heightPx, showsBands }: Props) {
  const t = useTranslations('meters');
  const style = { transform: `translateY(${topPx}px)`, height: heightPx };
  if (!meter)
    return <div className={styles.row} style={style} aria-hidden="true" data-testid="fleet-waiting" />;
  return (
    // biome-ignore lint/a11y: a row of the table that FleetList draws
    <div
      role="row"
      aria-rowindex={nowIndex + 2}
      className={classNames(styles.row, meter.status !== 'ONLINE' && styles.old)}
      style={style}
      data-testid="fleet-row"
      data-meter={meter.meter}
      data-status={meter.status.toLowerCase()}
    >
      <Cell name="meter">
        <Link href={`/meters/${encodeURIComponent(meter.meter)}`}>
          <b>{meter.meter}</b>
        </Link>
        <small>{meter.serial}</small>
      </Cell>
      <Cell name="place">
        <Place meter={meter} />
      </Cell>
      <Cell name="utility">
        <Words group="utility" code={meter.utility} />
      </Cell>
      <Cell name="status">
        {t(`statusOf.${meter.status}`)}
        {meter.inspection === 'FAIL' && (
          <small className={styles.failed} data-testid="inspection-failed">
            {t('inspectionFailed')}
          </small>
        )}
      </Cell>
      <Cell name="value" numeric>
        {meter.masked ? <span className="quiet">{t('masked')}</span> : <LastValue meter={meter} />}
      </Cell>
      <Cell name="register" numeric>
        {meter.masked ? <span className="quiet">{t('masked')}</span> : <Register meter={meter} />}
      </Cell>
      <Cell name="contact">
        <Contact meter={meter} />
      </Cell>
      <Cell name="age" numeric>
        <AgeCell rxMs={meter.rxMs} />
      </Cell>
      {showsBands && (
        <Cell name="timeLeft" numeric>
          <TimeLeft meter={meter} />
        </Cell>
      )}
      <Cell name="gateway">{meter.gateway ?? <span className="quiet">{LONG_DASH}</span>}</Cell>
    </div>
  );
}

function Cell({ name, numeric, children }: { name: string; numeric?: boolean; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y: a cell of the table that FleetList draws
    <span role="cell" data-col={name} className={numeric ? 'num' : undefined}>
      {children}
    </span>
  );
}

function Words({ group, code }: { group: 'utility'; code: string }) {
  return useCode()(group, code);
}

function Place({ meter }: { meter: FleetMeter }) {
  const lang = useLang();
  const opens = useOpens();
  const own = lang === 'en' ? (meter.spaceNameEn ?? meter.spaceName) : meter.spaceName;
  const building = lang === 'en' ? (meter.buildingNameEn ?? meter.buildingName) : meter.buildingName;
  return (
    <>
      {meter.room === null || !opens('/rooms') ? (
        own
      ) : (
        <Link href={`/rooms/${encodeURIComponent(meter.room)}`}>{own}</Link>
      )}
      {building !== null && building !== own && <small>{building}</small>}
    </>
  );
}

/** Power of an electricity meter, flow of the others. */
function LastValue({ meter }: { meter: FleetMeter }) {
  const flow = meter.flowM3h === null ? null : withUnit(formatNumber(meter.flowM3h, 3), 'm³/h');
  const power =
    meter.powerW === null ? null : formatPower(meter.powerW, meter.room === null ? 'campus' : 'room');
  return (
    <LiveValue asOf={meter.rxMs} intervalMs={meter.intervalS * 1_000} reason="">
      {meter.utility === 'ELECTRICITY' ? power : flow}
    </LiveValue>
  );
}

function Register({ meter }: { meter: FleetMeter }) {
  return meter.utility === 'ELECTRICITY'
    ? formatEnergy(meter.registerMicro, 'room', 'kWh')
    : formatVolume(meter.registerMicro, 'room');
}

function Contact({ meter }: { meter: FleetMeter }) {
  const t = useTranslations('meters');
  if (meter.contact === null)
    return <span className="quiet">{t(meter.hasRelay ? 'contactOf.UNKNOWN' : 'contactOf.NONE')}</span>;
  const state = meter.contact === 1 ? 'CLOSED' : 'OPEN';
  return (
    <>
      <BreakerGlyph state={state === 'CLOSED' ? 'closed' : 'open'} /> {t(`contactOf.${state}`)}
    </>
  );
}

function TimeLeft({ meter }: { meter: FleetMeter }) {
  const t = useTranslations('codes');
  const lang = useLang();
  if (meter.band === null) return <span className="quiet">{LONG_DASH}</span>;
  const counts = meter.timeLeftMs !== null && meter.band !== 'CUT' && meter.band !== 'NO_DATA';
  return counts ? formatTimeLeft(meter.timeLeftMs, lang) : t(`band.${meter.band}`);
}
