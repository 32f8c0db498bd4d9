'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { LiveAlarm } from '../../contracts/liveEvents';
import { markOf, shownState } from '../live/alarmView';
import type { CampusPlaces } from '../map/campusData';
import { AlarmMark } from '../ui/AlarmMark';
import {
  formatDifference,
  formatPowerNumber,
  formatRange,
  LONG_DASH,
  type PowerUnit,
  powerUnitFor,
} from '../ui/format';
import { useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Sparkline } from '../ui/Sparkline';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useOpens } from '../ui/useOpens';
import styles from './DeviationsPanel.module.css';
import { deviationHref, useDeviationWords } from './deviationWords';
import type { DeviationRow, Deviations } from './overviewTypes';

const WATTS: Record<PowerUnit, number> = { W: 1, kW: 1_000, MW: 1_000_000 };

interface Props {
  deviations: Deviations;
  alarms: readonly LiveAlarm[];
  places: CampusPlaces;
}

/** The eight places furthest from usual, each the deepest point that explains it. */
export function DeviationsPanel({ deviations, alarms, places }: Props) {
  const t = useTranslations('overview');
  const wordsOf = useDeviationWords(places);
  const opens = useOpens();
  const now = useNow();
  const { rows } = deviations;
  const unit = powerUnitFor(
    Math.max(0, ...rows.map(({ nowW, usual }) => Math.abs(nowW ?? usual?.high ?? 0))),
  );
  const power = (powerW: number) => formatPowerNumber(powerW, unit);
  const alarmOf = (row: DeviationRow) => worstAt(alarms, row, now);
  return (
    <Panel title={t('deviations.title')} meta={t('deviations.meta')} testId="deviations">
      {rows.length === 0 ? (
        <EmptyState title={t('deviations.empty')}>{t('deviations.emptyWords')}</EmptyState>
      ) : (
        <Table
          caption={t('deviations.title')}
          className={styles.table}
          rows={rows}
          rowKey={({ key }) => key}
          rowProps={({ key, kind }) => ({ 'data-testid': 'deviation', 'data-key': key, 'data-kind': kind })}
          columns={[
            {
              key: 'alarm',
              header: <span className="visually-hidden">{t('deviations.alarm')}</span>,
              width: '44px',
              cell: (row) => {
                const alarm = alarmOf(row);
                return (
                  alarm && <AlarmMark priority={alarm.priority} state={markOf(shownState(alarm, now))} />
                );
              },
            },
            {
              key: 'where',
              header: <span className="visually-hidden">{t('deviations.name')}</span>,
              rowHeader: true,
              cell: (row) => {
                const alarm = alarmOf(row);
                const { name, where } = wordsOf(row);
                const href = alarm ? `/alarms/${encodeURIComponent(alarm.id)}` : deviationHref(row);
                const words = (
                  <>
                    <b>{name}</b>
                    <small>{where}</small>
                  </>
                );
                return opens(href) ? <Link href={href}>{words}</Link> : words;
              },
            },
            {
              key: 'now',
              header: t('deviations.now', { unit }),
              width: '68px',
              numeric: true,
              cell: ({ nowW }) => <b>{nowW === null ? LONG_DASH : power(nowW)}</b>,
            },
            {
              key: 'usual',
              header: t('deviations.usual'),
              width: '120px',
              numeric: true,
              cell: ({ usual }) => (usual ? formatRange(power(usual.low), power(usual.high)) : LONG_DASH),
            },
            {
              key: 'beyond',
              header: t('deviations.beyond'),
              width: '68px',
              numeric: true,
              cell: ({ beyondW }) => (
                <b>{beyondW === null ? t('deviations.noData') : beyond(beyondW, unit)}</b>
              ),
            },
            {
              key: 'trend',
              header: <span className="visually-hidden">{t('deviations.trend')}</span>,
              width: '96px',
              cell: ({ trend, usual, nowW, kind }) => (
                <Sparkline
                  values={kind === 'POINT' ? [...trend, nowW] : trend}
                  usual={usual ?? undefined}
                  width={80}
                  height={28}
                />
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function beyond(beyondW: number, unit: PowerUnit): string {
  const value = beyondW / WATTS[unit];
  return formatDifference(value, unit === 'W' || Math.abs(value) >= 100 ? 0 : 1);
}

/** The worst alarm at the point itself, at its room, or at the gateway of a silent building. */
function worstAt(alarms: readonly LiveAlarm[], { kind, place }: DeviationRow, now: number): LiveAlarm | null {
  if (!place) return null;
  const here = alarms.filter(({ place: at, ...alarm }) => {
    if (shownState({ ...alarm, place: at }, now) === 'SUPPRESSED_BY_DESIGN') return false;
    if (kind === 'SILENT') return at.building === place.building && at.gateway !== null;
    return at.point === place.point || (place.spaceKind === 'ROOM' && at.space === place.space);
  });
  return here.reduce<LiveAlarm | null>(
    (best, one) => (best && best.priority <= one.priority ? best : one),
    null,
  );
}
