'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../ui/Button';
import { classNames } from '../ui/classNames';
import { Notice } from '../ui/states';
import { type ThemeTokens, useThemeTokens } from '../ui/useThemeTokens';
import { alarmFeatures, worstPerBuilding } from './alarmFeatures';
import styles from './CampusMap.module.css';
import type { MapEngine, Padding } from './engine';
import type { CampusGeometry } from './geometry';
import { mapParts, type Ramp, themePaint } from './layers';
import { MapLabels } from './MapLabels';
import { MapList } from './MapList';
import { MARK_LIFT_PX, MARK_PX, paintImages, wallMarkScale } from './mapImages';
import type { BuildingValue, MapAlarm } from './mapValues';

interface Props {
  geometry: CampusGeometry;
  ramp: Ramp;
  /** By building code; a building without an entry has no data. */
  values: ReadonlyMap<string, BuildingValue>;
  alarms: readonly MapAlarm[];
  /** Name of the value, e.g. "Load, % of capacity": head of the list's column. */
  valueName: string;
  /** The customer's own Mapbox token; without one nothing is asked of the outside. Should its base map fail, ours is drawn. */
  token?: string | null;
  view?: 'map' | 'list';
  selected?: string | null;
  onSelect?: (building: string) => void;
  /** Room that a panel takes on the map, px; the camera keeps the chosen building clear of it. */
  panel?: Partial<Padding>;
  /** Large type, no controls, no pointer. */
  wall?: boolean;
  /** Zoom buttons and zooming by wheel; without them a page can be scrolled over the map. */
  controls?: boolean;
  /** Height in CSS length. */
  height: string;
}

const MOVE_MS = 150;
/** A wall that lost its drawing waits so long before it draws anew. */
const REBUILD_MS = 2_000;
const NO_PADDING: Padding = { top: 0, right: 0, bottom: 0, left: 0 };

/** Camera movement, none for people who asked for none. */
function moveMs(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : MOVE_MS;
}

/**
 * The campus as a plan: buildings coloured by the layer, labels with name and value, alarms on top. One component, two
 * engines behind one adapter; when drawing fails the list with the same values takes its place.
 */
export function CampusMap(props: Props) {
  const {
    geometry,
    ramp,
    values,
    alarms,
    token,
    view = 'map',
    selected,
    onSelect,
    panel,
    wall = false,
    controls = false,
    height,
  } = props;
  const t = useTranslations('map');
  const frame = useRef<HTMLDivElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const tokens = useThemeTokens(frame);
  const [engine, setEngine] = useState<MapEngine | null>(null);
  /** Whether everything has been painted once: shapes come from a worker, after the engine is there. */
  const [drawn, setDrawn] = useState(false);
  const [lost, setLost] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [tokenBad, setTokenBad] = useState(false);
  const scale = wall && tokens ? wallMarkScale(tokens) : 1;
  const padding = useMemo(() => {
    const edge = wall ? 24 : 20;
    const foot = geometry.attribution === 'OSM' ? edge + (wall ? 24 : 8) : edge;
    // Marks rise above the northern edge.
    const rise = wall ? 0 : 5;
    return { top: edge + rise, right: edge, bottom: foot - rise, left: edge };
  }, [wall, geometry]);
  const ready = tokens !== null;
  const newestTokens = useRef<ThemeTokens | null>(null);
  newestTokens.current = tokens;
  const newestPanel = useRef(panel);
  newestPanel.current = panel;
  /** Whether somebody has moved the map by hand since it was last shown whole. */
  const moved = useRef(false);
  const madeRoom = useRef(false);
  const usedToken = token && !tokenBad ? token : null;

  // The ramp and the theme are repainted below; only another campus, engine or attempt builds a new map.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const container = holder.current;
    const theme = newestTokens.current;
    if (!ready || !container || !theme || !geometry.bounds) return;
    let gone = false;
    let made: MapEngine | null = null;
    let loaded = false;
    moved.current = false;
    const observer = new ResizeObserver(() => {
      made?.resize();
      if (!moved.current) made?.fit(geometry.bounds!, beside(padding, newestPanel.current), 0);
    });
    const start = async () => {
      const options = {
        container,
        bounds: geometry.bounds!,
        padding,
        interactive: !wall,
        wheelZoom: controls,
        ground: theme.surface,
        dark: theme['bal-1-ink'] === '#ffffff',
        font: theme.font,
      };
      const create = usedToken
        ? (await import('./mapboxEngine')).createMapbox
        : (await import('./maplibreEngine')).createMaplibre;
      if (gone) return;
      made = create(options, usedToken ?? '');
      const map = made;
      map.canvas().addEventListener('webglcontextlost', () => !gone && setLost(true));
      map.onError((message) => {
        if (usedToken && (!loaded || /token/i.test(message))) setTokenBad(true);
        else console.warn(`map: ${message}`);
      });
      map.on('load', () => {
        if (gone) return;
        loaded = true;
        const current = newestTokens.current ?? theme;
        paintImages(map, current, wall);
        const { sources, layers } = mapParts(geometry, current, ramp, wall ? current.rootPx / 10 : 1, !wall);
        for (const [id, source] of sources) map.addSource(id, source);
        for (const layer of layers) map.addLayer(layer);
        setEngine(map);
      });
      map.on('idle', () => !gone && loaded && setDrawn(true));
      for (const event of ['dragstart', 'wheel'] as const) {
        map.on(event, () => {
          moved.current = true;
        });
      }
      observer.observe(container);
    };
    start().catch(() => !gone && setLost(true));
    return () => {
      gone = true;
      observer.disconnect();
      setEngine(null);
      setDrawn(false);
      made?.remove();
    };
  }, [ready, geometry, usedToken, attempt, wall, controls, padding]);

  useEffect(() => {
    if (!engine || !tokens) return;
    paintImages(engine, tokens, wall);
    for (const [layer, name, value] of themePaint(tokens, ramp)) engine.setPaint(layer, name, value);
  }, [engine, tokens, ramp, wall]);

  useEffect(() => {
    if (!engine) return;
    for (const { code } of geometry.buildings) {
      engine.setState('buildings', code, { step: values.get(code)?.step ?? 0 });
    }
  }, [engine, geometry, values]);

  useEffect(() => {
    if (!engine) return;
    for (const { code } of geometry.buildings)
      engine.setState('buildings', code, { selected: code === selected });
  }, [engine, geometry, selected]);

  const alarmKey = alarms
    .map(({ id, building, priority, state }) => `${id}:${building}:${priority}:${state}`)
    .join('|');
  const newestAlarms = useRef(alarms);
  newestAlarms.current = wall ? worstPerBuilding(alarms) : alarms;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says whether anything on the map changed
  useEffect(() => {
    if (!engine) return;
    const { p1, others } = alarmFeatures(geometry, newestAlarms.current);
    engine.setData('alarms-p1', p1);
    engine.setData('alarms', others);
  }, [engine, geometry, alarmKey]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const marks = useMemo(() => {
    const { p1, others } = alarmFeatures(geometry, newestAlarms.current);
    return [...p1.features, ...others.features].map((feature) => feature.geometry.coordinates);
  }, [geometry, alarmKey]);

  const newestSelect = useRef(onSelect);
  newestSelect.current = onSelect;
  const [pointed, setPointed] = useState<string | null>(null);
  useEffect(() => {
    if (!engine) return;
    const codeAt = (point: { x: number; y: number }) => {
      const hit = engine
        .hits(point, ['alarms-p1', 'alarms', 'buildings'])
        .find((each) => typeof each.code === 'string');
      return hit ? String(hit.code) : null;
    };
    engine.onClick((point) => {
      const code = codeAt(point);
      if (code) newestSelect.current?.(code);
    });
    engine.onPoint((point) => {
      const code = point && codeAt(point);
      engine.canvas().style.cursor = code ? 'pointer' : '';
      setPointed(code);
    });
  }, [engine]);

  const { top, right, bottom, left } = { ...NO_PADDING, ...panel };
  // The whole campus makes room for the panel; once somebody has moved the map, only the chosen building does.
  useEffect(() => {
    if (!engine || !geometry.bounds) return;
    const room = { top, right, bottom, left };
    const isTaken = top + right + bottom + left > 0;
    // A new map shows the whole campus already.
    if (!isTaken && !madeRoom.current) return;
    madeRoom.current = isTaken;
    if (!moved.current) {
      engine.fit(geometry.bounds, beside(padding, room), moveMs());
      return;
    }
    const building = geometry.buildings.find(({ code }) => code === selected);
    if (building) engine.center(building.label, room, moveMs());
  }, [engine, geometry, padding, selected, top, right, bottom, left]);

  const showAll = useCallback(() => {
    moved.current = false;
    if (geometry.bounds) engine?.fit(geometry.bounds, beside(padding, newestPanel.current), moveMs());
  }, [engine, geometry, padding]);

  const rebuild = useCallback(() => {
    setLost(false);
    setAttempt((count) => count + 1);
  }, []);

  // Nobody stands at a wall to press a button.
  useEffect(() => {
    if (!wall || !lost) return;
    const timer = setTimeout(rebuild, REBUILD_MS);
    return () => clearTimeout(timer);
  }, [wall, lost, rebuild]);

  const asList = !wall && (view === 'list' || lost || geometry.bounds === null);
  return (
    <div
      ref={frame}
      className={classNames(styles.frame, wall && styles.wall)}
      style={{ height }}
      data-testid="campus-map"
      data-engine={engine?.kind ?? 'none'}
      data-drawn={drawn}
      data-view={asList ? 'list' : 'map'}
    >
      <div className={styles.stage} hidden={asList}>
        {/* Only a new attempt may have a new element: a lost WebGL context stays with its canvas. */}
        <div key={attempt} ref={holder} className={styles.holder} aria-hidden={wall} />
        {engine && !asList && (
          <MapLabels
            engine={engine}
            geometry={geometry}
            values={values}
            ramp={ramp}
            marks={marks}
            wall={wall}
            markPx={MARK_PX * scale}
            markLiftPx={wall ? 0 : MARK_LIFT_PX}
            selected={selected ?? null}
            pointed={pointed}
            onSelect={onSelect}
          />
        )}
        {engine && controls && (
          <div className={styles.controls}>
            <button type="button" onClick={() => engine.zoomBy(1, moveMs())} aria-label={t('zoomIn')}>
              +
            </button>
            <button type="button" onClick={() => engine.zoomBy(-1, moveMs())} aria-label={t('zoomOut')}>
              −
            </button>
            <button type="button" onClick={showAll} aria-label={t('fit')}>
              ⤢
            </button>
          </div>
        )}
        {geometry.attribution === 'OSM' && <p className={styles.attribution}>{t('attribution')}</p>}
      </div>
      {asList && (
        <div className={styles.list}>
          {lost && (
            <Notice
              action={
                <Button size="small" onClick={rebuild}>
                  {t('rebuild')}
                </Button>
              }
            >
              {t('lost')}
            </Notice>
          )}
          <MapList {...props} />
        </div>
      )}
    </div>
  );
}

/** Room at the edges and for a panel together. */
function beside(edges: Padding, panel: Partial<Padding> | undefined): Padding {
  return {
    top: edges.top + (panel?.top ?? 0),
    right: edges.right + (panel?.right ?? 0),
    bottom: edges.bottom + (panel?.bottom ?? 0),
    left: edges.left + (panel?.left ?? 0),
  };
}
