'use client';

import { useTranslations } from 'next-intl';
import type { CampusFigures } from '../../contracts/liveEvents';
import {
  energyUnitFor,
  formatEnergyNumber,
  formatNumber,
  formatPercentNumber,
  formatPowerNumber,
  powerUnitFor,
} from '../ui/format';
import { gaugeMax } from '../ui/Gauge';
import { Kpi, KpiRow } from '../ui/Kpi';
import { transformerName } from './deviationWords';
import { roomsLimit } from './limits';
import type { CampusBands, FigureBand } from './overviewTypes';

/** A forecast of a room's time left is renewed this often. */
const FORECAST_MS = 15 * 60_000;

interface Props {
  figures: CampusFigures | null;
  bands: CampusBands;
  may: readonly string[];
}

/** The six figures that say whether the campus is normal, each with what is usual, its limit, its trend and its age. */
export function CampusKpis({ figures, bands, may }: Props) {
  const t = useTranslations('overview');
  const loadW = figures?.supplyW ?? figures?.powerW ?? null;
  const loadStamp = { asOf: figures?.loadAsOf ?? null, intervalMs: bands.intervalMs };
  const metersStamp = { asOf: figures?.dataAsOf ?? null, intervalMs: bands.intervalMs };
  const unit = powerUnitFor(Math.max(loadW ?? 0, bands.load.limit ?? 0));
  const power = (powerW: number) => formatPowerNumber(powerW, unit);
  const energyMicro = figures?.energyTodayMicro ?? null;
  const energyKwh = energyMicro === null ? null : Number(BigInt(energyMicro) / 1_000n) / 1_000;
  const energyUnit = energyUnitFor(BigInt(Math.round((bands.energy.limit ?? energyKwh ?? 0) * 1e6)));
  const energy = (kwh: number) => formatEnergyNumber(BigInt(Math.round(kwh * 1e6)), 'building', energyUnit);
  const whole = (value: number) => formatNumber(value);
  const percent = (value: number) => formatPercentNumber(value);
  const transformer = figures?.transformerCode ?? null;
  const transformers = figures?.feeds.filter(({ pv }) => !pv).length ?? 0;
  const transformerBand = transformer === null ? undefined : bands.transformers[transformer];
  const transformerPercent = figures?.transformerShare == null ? null : figures.transformerShare * 100;
  const unexplained = figures?.unexplainedShare == null ? null : figures.unexplainedShare * 100;
  const rooms = figures?.roomsUnder24h ?? null;
  const roomsTotal = figures?.roomsTotal ?? 0;
  const usualRooms = bands.rooms.usual;
  // From none to none is no band: any room at all would stand above it.
  const usuallyNone = usualRooms?.low === 0 && usualRooms.high === 0;
  const roomsBand = { usual: usuallyNone ? null : usualRooms, limit: roomsLimit(roomsTotal) };
  const roomsNote = usuallyNone
    ? t('kpi.roomsUsuallyNone')
    : usualRooms
      ? undefined
      : t('kpi.roomsLearning', { ...bands.roomsWeeks });
  const silent = figures ? figures.useInstalled - figures.useCounted : 0;
  const partly = figures !== null && figures.supplyW === null && silent > 0;
  return (
    <KpiRow label={t('kpis')}>
      <Kpi
        {...loadStamp}
        testId="kpi-load"
        label={t('kpi.load')}
        figure={loadW === null ? null : power(loadW)}
        unit={unit}
        now={loadW}
        {...framed(bands.load, loadW)}
        format={power}
        note={
          partly
            ? t('kpi.ofMeters', { counted: figures.useCounted, installed: figures.useInstalled })
            : undefined
        }
        href="/map"
      />
      <Kpi
        {...loadStamp}
        testId="kpi-energy"
        label={t('kpi.energy')}
        figure={energyKwh === null ? null : energy(energyKwh)}
        unit={energyUnit}
        now={energyKwh}
        {...framed(bands.energy, energyKwh)}
        trend={bands.energy.trend}
        trendInBand={false}
        format={energy}
        limitWord={t('kpi.forecast')}
        reason={t('kpi.partOnly')}
      />
      <Kpi
        {...loadStamp}
        testId="kpi-transformer"
        label={
          transformer === null
            ? t('kpi.transformerNone')
            : t(transformers > 1 ? 'kpi.transformer' : 'kpi.transformerOne', {
                code: transformerName(transformer),
                n: transformers,
              })
        }
        figure={transformerPercent === null ? null : percent(transformerPercent)}
        unit="%"
        now={transformerPercent}
        {...framed(transformerBand, transformerPercent)}
        format={percent}
        reason={t('kpi.noIncomer')}
        href="/grid"
      />
      <Kpi
        {...metersStamp}
        testId="kpi-meters"
        label={t('kpi.meters')}
        figure={figures === null ? null : whole(figures.metersReporting)}
        unit={figures === null ? undefined : `/ ${whole(figures.metersTotal)}`}
        now={figures?.metersReporting ?? null}
        {...framed(bands.meters, figures?.metersReporting ?? null, metersMin(figures, bands))}
        format={whole}
        limitWord={t('kpi.atLeast')}
        href="/map?layer=comms"
      />
      <Kpi
        asOf={figures?.roomsAsOf ?? null}
        intervalMs={FORECAST_MS}
        testId="kpi-rooms"
        label={t('kpi.rooms')}
        figure={rooms === null || roomsTotal === 0 ? null : whole(rooms)}
        unit={`/ ${whole(roomsTotal)}`}
        now={rooms}
        {...framed({ ...bands.rooms, ...roomsBand }, rooms)}
        format={whole}
        note={roomsNote}
        href={may.includes('VIEW_BAND') ? '/balances' : undefined}
      />
      <Kpi
        {...loadStamp}
        testId="kpi-unexplained"
        label={t('kpi.unexplained')}
        figure={unexplained === null ? null : percent(unexplained)}
        unit="%"
        now={unexplained}
        {...framed(bands.unexplained, unexplained)}
        format={percent}
        reason={silent > 0 ? t('kpi.silentMeters', { n: silent }) : t('kpi.noIncomer')}
      />
    </KpiRow>
  );
}

/** Scale and trend of a figure; the trend ends with what is measured now. */
function framed(band: FigureBand | undefined, now: number | null, min = 0) {
  const usual = band?.usual ?? undefined;
  const limit = band?.limit ?? undefined;
  const top = gaugeMax({ limit, usualHigh: usual?.high, now: now ?? undefined });
  return {
    scale: { min, max: min > 0 ? Math.max(limit ?? 0, usual?.high ?? 0, now ?? 0) : top, usual, limit },
    trend: band && band.trend.length > 0 ? [...band.trend, now] : undefined,
  };
}

/** A scale from 0 would hide a hundred silent meters among a thousand. */
function metersMin(figures: CampusFigures | null, bands: CampusBands): number {
  const total = figures?.metersTotal ?? 0;
  const lowest = Math.min(
    figures?.metersReporting ?? total,
    bands.meters.limit ?? total,
    bands.meters.usual?.low ?? total,
  );
  return Math.max(0, Math.floor(lowest - (total - lowest) * 0.5));
}
