'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LiveSnapshot } from '../../contracts/liveEvents';
import { useLiveRoom } from '../live/LiveProvider';
import { CampusMap } from '../map/CampusMap';
import type { CampusPlaces } from '../map/campusData';
import { LAYER_RAMP, LAYERS } from '../map/campusLayers';
import { LayerSwitch } from '../map/LayerSwitch';
import { MapAges } from '../map/MapAges';
import { MapLegend } from '../map/MapLegend';
import { useCampusLayers } from '../map/useCampusLayers';
import { Button } from '../ui/Button';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';
import { BuildingPanel } from './BuildingPanel';
import styles from './MapPage.module.css';

/** Room that the panel takes on the map of a desk; on a phone it stands under it. */
const PANEL = { right: 400 };
const PHONE = '(max-width: 767px)';

interface Props {
  places: CampusPlaces;
  /** Live state at this render. */
  live: LiveSnapshot;
  may: readonly string[];
  mapToken: string | null;
}

/** `/map`: the campus as a plan that fills the window. Layer, view and building stand in the address. */
export function MapPage({ places, live, may, mapToken }: Props) {
  const t = useTranslations('map');
  useLiveRoom('campus');
  const [wanted] = useUrlValue('layer');
  const [view] = useUrlValue('view');
  const [chosen] = useUrlValue('building');
  const shown = useCampusLayers({
    places,
    may,
    layer: LAYERS.find((one) => one === wanted) ?? 'load',
    initial: live,
  });
  const building = places.places.find(({ code, kind }) => code === chosen && kind === 'BUILDING') ?? null;
  const close = useCallback(() => setUrlValues({ building: null, floor: null }), []);
  const open = useCallback((code: string) => setUrlValues({ building: code, floor: null }), []);
  const phone = usePhone();
  const stage = useRef<HTMLDivElement>(null);
  const isOpen = building !== null;
  useEffect(() => {
    if (phone && isOpen) stage.current?.scrollIntoView({ block: 'start' });
  }, [phone, isOpen]);
  useEscape(building === null ? null : close);
  const asList = view === 'list';
  return (
    <div className={styles.page} data-panel={isOpen ? 'open' : 'closed'} data-view={asList ? 'list' : 'map'}>
      <header className={styles.header}>
        <h1>{t('label')}</h1>
        <LayerSwitch
          layers={shown.layers}
          layer={shown.layer}
          onChange={(layer) => setUrlValues({ layer: layer === 'load' ? null : layer })}
        />
        <span className={`meta ${styles.ages}`}>
          <MapAges newestMs={shown.newestMs} oldestMs={shown.oldestMs} />
        </span>
        <Button
          size="small"
          aria-pressed={asList}
          onClick={() => setUrlValues({ view: asList ? null : 'list' })}
        >
          {asList ? t('showMap') : t('list')}
        </Button>
      </header>
      <div ref={stage} className={styles.stage}>
        <div className={styles.fill}>
          <CampusMap
            geometry={shown.geometry}
            ramp={LAYER_RAMP[shown.layer]}
            values={shown.values}
            alarms={shown.marks}
            valueName={shown.title}
            token={mapToken}
            view={asList ? 'list' : 'map'}
            selected={building?.code ?? null}
            onSelect={open}
            panel={isOpen && !phone ? PANEL : undefined}
            controls
            height="100%"
          />
        </div>
        {building && (
          <BuildingPanel
            key={building.code}
            building={building}
            row={shown.rows.get(building.code)}
            alarms={shown.alarms.get(building.code) ?? []}
            may={may}
            onClose={close}
          />
        )}
      </div>
      <div className={styles.legend}>
        <MapLegend
          ramp={LAYER_RAMP[shown.layer]}
          title={shown.title}
          bands={shown.bands}
          noData={shown.noData}
          apart={shown.apart}
          total={shown.values.size}
        />
      </div>
    </div>
  );
}

/** Whether the window is a phone's; false until the page is alive. */
function usePhone(): boolean {
  const [phone, setPhone] = useState(false);
  useEffect(() => {
    const media = window.matchMedia(PHONE);
    const read = () => setPhone(media.matches);
    read();
    media.addEventListener('change', read);
    return () => media.removeEventListener('change', read);
  }, []);
  return phone;
}

/** Esc goes one level up, unless a dialog above takes it. */
function useEscape(act: (() => void) | null): void {
  useEffect(() => {
    if (!act) return;
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role="dialog"]'))
        act();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [act]);
}
