'use client';

import { useMemo } from 'react';
import type { BuildingRow, CampusFigures, LiveAlarm } from '../../contracts/liveEvents';
import type { Locale } from '../i18n/locale';
import { useLiveBuildings } from '../live/hooks';
import { CampusMap } from '../map/CampusMap';
import { alarmsByBuilding, mapAlarms } from '../map/campusLayers';
import { campusGeometry } from '../map/geometry';
import { loadStep } from '../map/loadBands';
import type { BuildingValue } from '../map/mapValues';
import { classNames } from '../ui/classNames';
import {
  energyUnitFor,
  formatEnergyNumber,
  formatEnergyWall,
  formatNumber,
  formatPercentNumber,
  formatPowerNumber,
  NNBSP,
  powerUnitFor,
} from '../ui/format';
import { type GaugeScale, gaugeMax } from '../ui/Gauge';
import styles from './MapScene.module.css';
import { WallFigure } from './WallFigure';
import { useWallWords } from './wallText';
import type { WallBands, WallPlaces } from './wallTypes';

/** From this share of its rating a building stands out. */
const STRONG_PERCENT = 80;
const SLOW_MS = 10_000;

interface Props {
  places: WallPlaces;
  bands: WallBands;
  figures: CampusFigures | null;
  /** Sums at the first paint. */
  buildings: readonly BuildingRow[];
  alarms: readonly LiveAlarm[];
  now: number;
  mapToken: string | null;
  swapped: boolean;
  lang: Locale;
}

/** Scene A: the campus by load, its alarms, and four figures. */
export function MapScene({ places, bands, figures, buildings, alarms, now, mapToken, swapped, lang }: Props) {
  const { t, o, name, other } = useWallWords();
  const live = useLiveBuildings();
  const slowNow = Math.floor(now / SLOW_MS) * SLOW_MS;
  const geometry = useMemo(
    () => campusGeometry(places.places.map((place) => ({ ...place, name: name(place, lang) }))),
    [places, lang, name],
  );
  const byBuilding = useMemo(() => alarmsByBuilding(alarms, slowNow), [alarms, slowNow]);
  const marks = useMemo(
    () => mapAlarms(byBuilding, slowNow).filter(({ priority }) => priority <= 3),
    [byBuilding, slowNow],
  );
  const values = useMemo(() => {
    const rows = new Map((live.length > 0 ? live : buildings).map((row) => [row[0], row]));
    return new Map(
      places.places
        .filter(({ kind }) => kind === 'BUILDING')
        .map((place): [string, BuildingValue] => {
          const powerW = rows.get(place.code)?.[2] ?? null;
          if (powerW === null) return [place.code, { step: null, words: t('map.noData'), sort: null }];
          const percent = place.capacityW ? (powerW / place.capacityW) * 100 : null;
          const strong =
            (percent ?? 0) >= STRONG_PERCENT ||
            (byBuilding.get(place.code) ?? []).some(
              ({ priority, state }) => priority === 1 && state === 'UNACK',
            );
          return [
            place.code,
            {
              step: percent === null ? 1 : loadStep(percent),
              words: name(place, other),
              sort: percent,
              strong,
            },
          ];
        }),
    );
  }, [live, buildings, places, byBuilding, name, other, t]);
  return (
    <div className={styles.scene}>
      <section className={styles.map}>
        <div className={styles.fill}>
          <CampusMap
            geometry={geometry}
            ramp="load"
            values={values}
            alarms={marks}
            valueName={t('scenes.A')}
            token={mapToken}
            wall
            height="100%"
          />
        </div>
      </section>
      <Figures figures={figures} bands={bands} swapped={swapped} t={t} o={o} lang={lang} />
    </div>
  );
}

interface FiguresProps {
  figures: CampusFigures | null;
  bands: WallBands;
  swapped: boolean;
  t: (key: string, values?: Record<string, string | number>) => string;
  o: (key: string, values?: Record<string, string | number>) => string;
  lang: Locale;
}

function Figures({ figures, bands, swapped, t, o, lang }: FiguresProps) {
  const loadW = figures?.supplyW ?? figures?.powerW ?? null;
  const unit = powerUnitFor(Math.max(loadW ?? 0, bands.load.limit ?? 0));
  const energyMicro = figures?.energyTodayMicro ?? null;
  const energyKwh = energyMicro === null ? null : Number(BigInt(energyMicro) / 1_000n) / 1_000;
  const energy = energyFigure(energyMicro, lang);
  const transformer = figures?.transformerCode ?? null;
  const percent = figures?.transformerShare == null ? null : figures.transformerShare * 100;
  const code = (transformer ?? '').replace(/^TR-/, '');
  const reporting = figures && figures.metersTotal > 0 ? figures.metersReporting : null;
  const total = figures?.metersTotal ?? 0;
  const loadStamp = { asOf: figures?.loadAsOf ?? null, intervalMs: bands.intervalMs };
  return (
    <section className={classNames(styles.figures, swapped && styles.swapped)}>
      <WallFigure
        {...loadStamp}
        hero
        testId="wall-load"
        label={t('kpi.load')}
        other={o('kpi.load')}
        figure={loadW === null ? null : formatPowerNumber(loadW, unit)}
        unit={unit}
        now={loadW}
        scale={scaleOf(bands.load, loadW)}
      />
      <WallFigure
        {...loadStamp}
        testId="wall-transformer"
        label={t('kpi.transformer', { code })}
        other={o('kpi.transformer', { code })}
        figure={percent === null ? null : formatPercentNumber(percent)}
        unit="%"
        now={percent}
        scale={scaleOf(transformer === null ? undefined : bands.transformers[transformer], percent)}
      />
      <WallFigure
        {...loadStamp}
        testId="wall-energy"
        label={t('kpi.energy')}
        other={o('kpi.energy')}
        figure={energy.figure}
        unit={energy.unit}
        now={energyKwh}
        scale={scaleOf(bands.energy, energyKwh)}
      />
      <WallFigure
        asOf={figures?.dataAsOf ?? null}
        intervalMs={bands.intervalMs}
        testId="wall-meters"
        label={t('kpi.meters')}
        other={o('kpi.meters')}
        figure={reporting === null ? null : metersPercent(reporting, total)}
        unit="%"
        now={reporting}
        scale={{
          ...scaleOf(bands.meters, reporting),
          min: Math.round(total * 0.9),
          max: Math.max(total, reporting ?? 0),
        }}
      />
    </section>
  );
}

function scaleOf(
  band: { usual: { low: number; high: number } | null; limit: number | null } | undefined,
  now: number | null,
): GaugeScale {
  const usual = band?.usual ?? undefined;
  const limit = band?.limit ?? undefined;
  return { max: gaugeMax({ limit, usualHigh: usual?.high, now: now ?? undefined }), usual, limit };
}

/** Percent of meters, never rounded up to all of them; one decimal where a whole percent would hide the missing ones. */
function metersPercent(counted: number, installed: number): string {
  const tenths = Math.floor((counted / installed) * 1_000);
  return tenths >= 990 && tenths < 1_000
    ? formatNumber(tenths / 10, 1)
    : formatNumber(Math.floor(tenths / 10));
}

/** Figure and unit of an energy; a Chinese wall counts in ten thousands. */
export function energyFigure(micro: string | null, lang: Locale): { figure: string | null; unit: string } {
  if (micro === null) return { figure: null, unit: 'kWh' };
  const unit = energyUnitFor(BigInt(micro));
  if (lang === 'zh-CN' && unit === 'MWh') {
    const [figure = '', tenThousand = ''] = formatEnergyWall(micro, lang).split(NNBSP);
    return { figure, unit: tenThousand };
  }
  return { figure: formatEnergyNumber(micro, 'building', unit), unit };
}
