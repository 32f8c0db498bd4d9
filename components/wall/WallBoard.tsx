'use client';

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo } from 'react';
import type { LiveSnapshot } from '../../contracts/liveEvents';
import { useAlarmSummary, useAlarms, useLiveCampus } from '../live/hooks';
import { useConnection } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { formatPower } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { AlarmsScene } from './AlarmsScene';
import { ageWords } from './ageWords';
import { DrillBand } from './DrillBand';
import { LoadScene } from './LoadScene';
import { MapScene } from './MapScene';
import { P2Band } from './P2Band';
import { orbitAt, type Scene, scenesOf } from './rotation';
import { Segments } from './Segments';
import { isNight, type NightHours, wallFreshness } from './upkeep';
import { useRotation } from './useRotation';
import { useWallCare } from './useWallCare';
import { useWallSound } from './useWallSound';
import styles from './WallBoard.module.css';
import { WallHead } from './WallHead';
import { bandAlarm, hasUnacknowledgedP1, wallAlarms } from './wallAlarms';
import { Other, useWallWords } from './wallText';
import type { WallBands, WallDay, WallPlaces, WallViewer } from './wallTypes';

const REFRESH_MS = 60_000;
const MINUTE_MS = 60_000;

export interface BoardProps {
  viewer: WallViewer;
  places: WallPlaces;
  bands: WallBands;
  day: WallDay;
  live: LiveSnapshot;
  night: NightHours;
  /** One scene for good, e.g. on a screen that shows nothing else. */
  hold: Scene | null;
  mapToken: string | null;
  /** Called when the token holds no more. */
  onUnpaired: () => void;
}

/** The scenes of a wall, turning by themselves; nobody touches it. */
export function WallBoard(props: BoardProps) {
  const { viewer, live, night, hold, mapToken, onUnpaired } = props;
  const { lang } = useWallWords();
  const trpc = useTRPC();
  const refetch = { refetchInterval: REFRESH_MS, refetchIntervalInBackground: true };
  const bands = useQuery(
    trpc.wall.bands.queryOptions(undefined, { initialData: props.bands, ...refetch }),
  ).data;
  const day = useQuery(
    trpc.wall.loadToday.queryOptions(undefined, { initialData: props.day, ...refetch }),
  ).data;
  const places = useQuery(
    trpc.wall.places.queryOptions(undefined, { initialData: props.places, refetchInterval: 10 * REFRESH_MS }),
  ).data;
  const figures = useLiveCampus() ?? live.campus;
  const alarmList = useAlarms();
  const summary = useAlarmSummary() ?? live.alarmSummary;
  const { state, dataAsOf } = useConnection();
  const now = useNow();
  const zone = useCampusZone();
  const rows = useMemo(() => wallAlarms(alarmList, now), [alarmList, now]);
  const pinned = hasUnacknowledgedP1(rows);
  const dataMs = dataAsOf ?? figures?.dataAsOf ?? null;
  const ageMs = dataMs === null ? null : Math.max(0, now - dataMs);
  const fresh = wallFreshness(ageMs);
  const care = useWallCare({ viewer, onUnpaired, ageMs, connection: state });
  const scenes = useMemo(
    () => (hold ? [hold] : scenesOf(care.playlist ?? viewer.playlist)),
    [hold, care.playlist, viewer.playlist],
  );
  const { scene, rotation } = useRotation(scenes, pinned, care.atEdge);
  const isDark = isNight(now, zone, night);
  const [x, y] = orbitAt(Math.floor(now / MINUTE_MS));
  const orbit = `translate(${x}px, ${y}px)`;
  const swapped = rotation.cycle % 2 === 1;
  const band = bandAlarm(rows);
  const audible = useWallSound();
  useRemember({ viewer, lang, dataMs, now, zone, loadW: figures?.supplyW ?? figures?.powerW ?? null });
  const shared = { swapped, lang };
  return (
    <div
      className={styles.wall}
      data-theme={isDark ? 'wall-night' : 'wall-day'}
      data-dim={isDark || undefined}
      data-stale={fresh === 'old' || undefined}
      data-testid="page-wall"
      lang={lang}
    >
      <div className={styles.orbit} style={{ transform: orbit }} data-testid="wall-orbit">
        <WallHead
          scene={scene}
          summary={summary}
          connection={state}
          ageMs={ageMs}
          fresh={fresh}
          swapped={swapped}
          audible={audible}
        />
        {fresh === 'old' && <Banner ageMs={ageMs} dataMs={dataMs} now={now} zone={zone} />}
        <main className={styles.stage}>
          <SceneFrame scene="A" shown={scene}>
            <MapScene
              places={places}
              bands={bands}
              figures={figures}
              buildings={live.buildings}
              alarms={alarmList}
              now={now}
              mapToken={mapToken}
              {...shared}
            />
          </SceneFrame>
          <SceneFrame scene="B" shown={scene}>
            <LoadScene day={day} figures={figures} {...shared} />
          </SceneFrame>
          <SceneFrame scene="C" shown={scene}>
            <AlarmsScene rows={rows} places={places} now={now} ageMs={ageMs} pinned={pinned} />
          </SceneFrame>
        </main>
        {band && scene !== 'C' && <P2Band alarm={band} places={places} now={now} />}
        <DrillBand />
      </div>
      <Segments
        scenes={scenes}
        shown={scene}
        rotation={rotation}
        pinned={pinned}
        held={hold !== null}
        orbit={orbit}
      />
    </div>
  );
}

/** All scenes live at once, so that the next one is ready and its map and chart are made once; one is in sight. */
function SceneFrame({ scene, shown, children }: { scene: Scene; shown: Scene; children: ReactNode }) {
  const visible = scene === shown;
  return (
    <div
      className={styles.scene}
      data-shown={visible || undefined}
      aria-hidden={!visible}
      {...(visible ? { 'data-testid': 'wall-scene', 'data-scene': scene } : {})}
    >
      {children}
    </div>
  );
}

/** Twelve percent of the screen says that what it shows is old. */
function Banner({
  ageMs,
  dataMs,
  now,
  zone,
}: {
  ageMs: number | null;
  dataMs: number | null;
  now: number;
  zone: string;
}) {
  const { t, o, lang, other } = useWallWords();
  const of = (words: typeof t) =>
    ageMs === null ? words('bannerNever') : words('banner', { age: ageWords(ageMs, words) });
  return (
    <section className={styles.banner} role="status" data-testid="wall-banner">
      <b>{of(t)}</b>
      <Other>{of(o)}</Other>
      {dataMs !== null && (
        <span className={styles.asOf}>
          {t('bannerAsOf', { time: formatMoment(dataMs, now, zone, lang) })}
          <Other>{o('bannerAsOf', { time: formatMoment(dataMs, now, zone, other) })}</Other>
        </span>
      )}
    </section>
  );
}

interface Remembered {
  viewer: WallViewer;
  lang: 'zh-CN' | 'en';
  dataMs: number | null;
  now: number;
  zone: string;
  loadW: number | null;
}

/** Leaves what the shell shows when a reload finds no server: the time of the last data, and the load as of then. */
function useRemember({ viewer, lang, dataMs, now, zone, loadW }: Remembered): void {
  const tenSeconds = Math.floor(now / 10_000);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every ten seconds is often enough for a disk
  useEffect(() => {
    if (dataMs === null) return;
    const { campus } = viewer;
    const words = {
      lang,
      campus: lang === 'en' ? (campus.nameEn ?? campus.name) : campus.name,
      asOf: dataMs,
      asOfWords: formatMoment(dataMs, dataMs, zone, lang),
      offsetMs: now - Date.now(),
      load: loadW === null ? null : formatPower(loadW),
    };
    try {
      window.localStorage.setItem('wall', JSON.stringify(words));
    } catch {
      // A browser that keeps nothing shows the shell without figures.
    }
  }, [tenSeconds, viewer, lang]);
}
