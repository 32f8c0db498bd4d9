'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { LiveSnapshot } from '../../contracts/liveEvents';
import { CampusMap } from '../map/CampusMap';
import type { CampusPlaces } from '../map/campusData';
import { LAYER_RAMP, LAYERS, type Layer } from '../map/campusLayers';
import { LayerSwitch } from '../map/LayerSwitch';
import { MapAges } from '../map/MapAges';
import { MapLegend } from '../map/MapLegend';
import { useCampusLayers } from '../map/useCampusLayers';
import { Button } from '../ui/Button';
import { Panel } from '../ui/Panel';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';

interface Props {
  places: CampusPlaces;
  may: readonly string[];
  initial: LiveSnapshot | null;
  mapToken: string | null;
}

/** The campus as a plan, small; a building opens on `/map` with the same layer. */
export function CampusMapPanel({ places, may, initial, mapToken }: Props) {
  const t = useTranslations('overview');
  const router = useRouter();
  const [wanted] = useUrlValue('layer');
  const [view, setView] = useUrlValue('view');
  const layer = LAYERS.find((one) => one === wanted) ?? 'load';
  const shown = useCampusLayers({ places, may, layer, initial });
  const asList = view === 'list';
  const open = (building: string) => {
    if (!may.includes('VIEW_MAP')) return;
    const query = new URLSearchParams({
      building,
      ...(shown.layer === 'load' ? {} : { layer: shown.layer }),
    });
    router.push(`/map?${query}`);
  };
  return (
    <Panel
      title={t('map.title')}
      testId="overview-map"
      tools={
        <LayerSwitch
          layers={shown.layers}
          layer={shown.layer}
          onChange={(next: Layer) => setUrlValues({ layer: next === 'load' ? null : next })}
        />
      }
      meta={<MapAges newestMs={shown.newestMs} oldestMs={shown.oldestMs} />}
      actions={
        <Button size="small" onClick={() => setView(asList ? null : 'list')} aria-pressed={asList}>
          {asList ? t('map.map') : t('map.list')}
        </Button>
      }
    >
      <CampusMap
        geometry={shown.geometry}
        ramp={LAYER_RAMP[shown.layer]}
        values={shown.values}
        alarms={shown.marks}
        valueName={shown.title}
        token={mapToken}
        view={asList ? 'list' : 'map'}
        onSelect={open}
        height="280px"
      />
      <MapLegend
        ramp={LAYER_RAMP[shown.layer]}
        title={shown.title}
        bands={shown.bands}
        noData={shown.noData}
        apart={shown.apart}
        total={shown.values.size}
      />
    </Panel>
  );
}
