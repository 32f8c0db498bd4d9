'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { BuildingRow, LiveAlarm, LiveSnapshot } from '../../contracts/liveEvents';
import { useAlarms, useLiveBuildings } from '../live/hooks';
import { useTRPC } from '../live/trpc';
import { powerUnitFor } from '../ui/format';
import { formatAge } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import type { CampusPlaces } from './campusData';
import {
  alarmsByBuilding,
  alarmValue,
  balanceValue,
  commsValue,
  LAYER_LABELS,
  LAYERS,
  type Layer,
  type LayerWords,
  loadValue,
  mapAlarms,
  quotaValue,
} from './campusLayers';
import { type CampusGeometry, campusGeometry } from './geometry';
import type { LegendBand } from './MapLegend';
import type { BuildingValue, MapAlarm } from './mapValues';

const SLOW_MS = 60_000;

/** All that a map of the campus shows on one layer. */
export interface CampusLayers {
  readonly geometry: CampusGeometry;
  readonly layers: readonly Layer[];
  readonly layer: Layer;
  readonly values: ReadonlyMap<string, BuildingValue>;
  readonly marks: readonly MapAlarm[];
  readonly alarms: ReadonlyMap<string, readonly LiveAlarm[]>;
  readonly rows: ReadonlyMap<string, BuildingRow>;
  readonly bands: readonly LegendBand[];
  readonly noData: number;
  /** Buildings that the layer does not speak of, with their words; null where there are none. */
  readonly apart: { readonly label: string; readonly step: number; readonly count: number } | null;
  /** Name of the layer with its unit, e.g. "Load, % of capacity". */
  readonly title: string;
  /** Times of the newest and oldest value among those shown, ms UTC; null where nothing is known. */
  readonly newestMs: number | null;
  readonly oldestMs: number | null;
}

interface Input {
  readonly places: CampusPlaces;
  /** Actions that the viewer may do; layers that a role never sees are left out. */
  readonly may: readonly string[];
  readonly layer: Layer;
  /** State at the first paint, until the socket is up. */
  readonly initial: LiveSnapshot | null;
}

const NEEDS: Readonly<Record<Layer, string | null>> = {
  load: null,
  balance: 'VIEW_BAND',
  quota: 'VIEW_QUOTA',
  alarms: 'VIEW_ALARMS',
  comms: null,
};

/** Values, marks and legend of the campus map on one layer. Follow the room `campus` beside it. */
export function useCampusLayers({ places, may, layer: wanted, initial }: Input): CampusLayers {
  const t = useTranslations('map');
  const lang = useLang();
  const trpc = useTRPC();
  const layers = LAYERS.filter((one) => NEEDS[one] === null || may.includes(NEEDS[one]));
  const layer = layers.includes(wanted) ? wanted : 'load';
  const live = useLiveBuildings();
  const alarmList = useAlarms();
  const now = useSlowNow();
  const balances = useQuery(
    trpc.balances.overview.queryOptions(undefined, {
      enabled: layer === 'balance',
      refetchInterval: SLOW_MS,
    }),
  );
  const quotas = useQuery(
    trpc.quota.list.queryOptions(
      { utility: 'ELECTRICITY' },
      { enabled: layer === 'quota', refetchInterval: 5 * SLOW_MS },
    ),
  );
  const geometry = useMemo(
    () =>
      campusGeometry(
        places.places.map((place) => ({
          ...place,
          name: lang === 'en' ? (place.nameEn ?? place.name) : place.name,
        })),
      ),
    [places, lang],
  );
  const buildings = useMemo(() => places.places.filter(({ kind }) => kind === 'BUILDING'), [places]);
  const rows = useMemo(() => {
    const known = live.length > 0 ? live : (initial?.buildings ?? []);
    return new Map(known.map((row) => [row[0], row]));
  }, [live, initial]);
  const alarms = useMemo(() => alarmsByBuilding(alarmList, now), [alarmList, now]);
  const marks = useMemo(() => mapAlarms(alarms, now), [alarms, now]);
  const words = useLayerWords();
  const values = useMemo(() => {
    const unit = powerUnitFor(Math.max(0, ...[...rows.values()].map((row) => row[2] ?? 0)));
    const byBuilding = new Map(balances.data?.buildings.map((one) => [one.code, one]));
    const outlook = new Map(
      quotas.data?.departments.map(({ code, standing }) => [code, standing?.expectedPpm ?? null]),
    );
    const layerValue = (code: string, capacityW: number | null): BuildingValue | null => {
      switch (layer) {
        case 'load':
          return loadValue(rows.get(code), capacityW, unit, words);
        case 'balance':
          return balances.data ? balanceValue(byBuilding.get(code), words) : null;
        case 'quota':
          return quotas.data ? quotaValue(outlook.get(places.departments[code] ?? ''), words) : null;
        case 'alarms':
          return alarmValue(alarms.get(code) ?? [], words);
        case 'comms':
          return commsValue(rows.get(code), words);
      }
    };
    return new Map(
      buildings.map(({ code, capacityW }) => [
        code,
        layerValue(code, capacityW) ?? { step: null, words: t('loading'), sort: null },
      ]),
    );
  }, [buildings, rows, layer, balances.data, quotas.data, alarms, words, places, t]);
  const steps = [...values.values()].filter(({ apart }) => !apart).map(({ step }) => step);
  const apart = [...values.values()].filter((value) => value.apart);
  const times = [...rows.values()];
  return {
    geometry,
    layers,
    layer,
    values,
    marks,
    alarms,
    rows,
    bands: LAYER_LABELS[layer].map((label, index) => ({
      step: index + 1,
      label,
      count: steps.filter((step) => step === index + 1).length,
    })),
    noData: steps.filter((step) => step === null).length,
    apart: apart[0] ? { label: apart[0].words, step: apart[0].step ?? 1, count: apart.length } : null,
    title: t(`titles.${layer}`),
    newestMs: extreme(
      times.map((row) => (row[1] > 0 ? row[1] : null)),
      Math.max,
    ),
    oldestMs: extreme(
      times.map((row) => row[5] ?? (row[1] > 0 ? row[1] : null)),
      Math.min,
    ),
  };
}

function extreme(values: readonly (number | null)[], pick: (a: number, b: number) => number): number | null {
  return values.reduce<number | null>(
    (best, at) => (at === null ? best : best === null ? at : pick(best, at)),
    null,
  );
}

/** Campus time to the last 10 s: shelves end and ages of silence grow, and nobody repaints a map each second for that. */
function useSlowNow(): number {
  return Math.floor(useNow() / 10_000) * 10_000;
}

function useLayerWords(): LayerWords {
  const t = useTranslations('map');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useSlowNow();
  return useMemo(
    () => ({
      noPrepaidRooms: t('noPrepaidRooms'),
      noQuota: t('noQuota'),
      noForecast: t('noForecast'),
      silent: (sinceMs) =>
        sinceMs === null
          ? t('noData')
          : t('noDataFor', { age: formatAge(now - sinceMs, lang, { at: sinceMs, zone }) }),
      meters: (counted, installed) => t('meters', { counted, installed }),
      underDay: (percent) => t('underDay', { percent }),
      ofQuota: (percent) => t('ofQuota', { percent }),
      alarms: (count, worst) =>
        count === 0 ? t('noAlarms') : t('alarmCount', { n: count, worst: `P${worst}` }),
    }),
    [t, lang, zone, now],
  );
}
