'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { useConnection } from '../live/LiveProvider';
import { useTRPCClient } from '../live/trpc';
import type { ConnectionState } from '../ui/ConnState';
import { useCampusZone } from '../ui/now';
import { JITTER_MS, reloadReason } from './upkeep';
import type { WallViewer } from './wallTypes';

const HEARTBEAT_MS = 30_000;
const WARM_UP_MS = 10 * 60_000;

interface Input {
  viewer: WallViewer;
  onUnpaired: () => void;
  /** Age of the newest datum on screen, ms; null: none yet. */
  ageMs: number | null;
  connection: ConnectionState;
}

interface Care {
  /** The playlist as the server last told it; null: not told. */
  playlist: readonly string[] | null;
  /** Between two scenes: reloads when it is time, and says so. */
  atEdge: () => boolean;
}

/** Chromium tells how large its heap is; others don't. */
function heapBytes(): number | null {
  const memory = (performance as Performance & { memory?: { usedJSHeapSize?: number } }).memory;
  return memory?.usedJSHeapSize ?? null;
}

/**
 * What keeps a wall alive without a hand: heartbeat to the server, a watchdog outside the page, a page of our own for a
 * reload without a server, and reloads for a new build, once a day, and when memory grows.
 */
export function useWallCare({ viewer, onUnpaired, ageMs, connection }: Input): Care {
  const zone = useCampusZone();
  const { newBuild } = useConnection();
  const [playlist, setPlaylist] = useState<readonly string[] | null>(null);
  const newBuildSince = useRef<number | null>(null);
  const warmHeap = useRef<number | null>(null);
  const [loaded] = useState(() => ({ ms: Date.now(), jitterMs: Math.random() * JITTER_MS }));
  if (newBuild) newBuildSince.current ??= Date.now();

  useHeartbeat({
    viewer,
    onUnpaired,
    ageMs,
    connection,
    onTold: (told) => {
      setPlaylist(told.playlist);
      if (told.buildId !== viewer.buildId) newBuildSince.current ??= Date.now();
    },
  });
  useWatchdog(connection);

  useEffect(() => {
    const timer = setTimeout(() => {
      warmHeap.current = heapBytes();
    }, WARM_UP_MS);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    void navigator.serviceWorker
      .register('/shell-sw.js?page=wall', { scope: '/wall' })
      .catch(() => undefined);
  }, []);

  const atEdge = useCallback(() => {
    const reason = reloadReason({
      nowMs: Date.now(),
      loadedMs: loaded.ms,
      newBuildSinceMs: newBuildSince.current,
      heap: heapBytes(),
      warmHeap: warmHeap.current,
      jitterMs: loaded.jitterMs,
      zone,
    });
    if (reason === null) return false;
    window.location.reload();
    return true;
  }, [loaded, zone]);

  return { playlist, atEdge };
}

interface HeartbeatInput extends Input {
  onTold: (told: { playlist: readonly string[]; buildId: string }) => void;
}

/** Every 30 s, and at once when the connection breaks: a revoked wall learns it there and shows its code. */
function useHeartbeat(input: HeartbeatInput): void {
  const client = useTRPCClient();
  const newest = useRef(input);
  newest.current = input;
  const { kind } = input.viewer;
  const broken = input.connection === 'reconnecting' || input.connection === 'offline';
  const beat = useCallback(async () => {
    const { ageMs, viewer, onTold, onUnpaired } = newest.current;
    const answer = await client.displays.heartbeat.mutate({
      build: viewer.buildId.slice(0, 64),
      frameAgeMs: ageMs === null ? null : Math.round(ageMs),
    });
    if (answer.state === 'PAIR_AGAIN') onUnpaired();
    else onTold(answer);
  }, [client]);
  useEffect(() => {
    if (kind !== 'DISPLAY') return;
    const send = () => void beat().catch(() => undefined);
    send();
    const timer = setInterval(send, HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [kind, beat]);
  useEffect(() => {
    if (kind === 'DISPLAY' && broken) void beat().catch(() => undefined);
  }, [kind, broken, beat]);
}

/** A worker whose timer goes on when the page's hangs. It hears of paints and of signs of life, and asks for a reload. */
function useWatchdog(connection: ConnectionState): void {
  const worker = useRef<Worker | null>(null);
  useEffect(() => {
    const watchdog = new Worker(new URL('./watchdog.worker.ts', import.meta.url), { type: 'module' });
    watchdog.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data === 'reload') window.location.reload();
    };
    worker.current = watchdog;
    let frame = 0;
    let toldMs = 0;
    const paint = (atMs: number) => {
      if (atMs - toldMs > 1_000) {
        toldMs = atMs;
        watchdog.postMessage('painted');
      }
      frame = requestAnimationFrame(paint);
    };
    frame = requestAnimationFrame(paint);
    return () => {
      cancelAnimationFrame(frame);
      watchdog.terminate();
      worker.current = null;
    };
  }, []);
  const newest = useRef(connection);
  newest.current = connection;
  useEffect(() => {
    const timer = setInterval(() => {
      // Live and lagging both mean that the server was heard within 15 s.
      if (newest.current === 'live' || newest.current === 'lagging') worker.current?.postMessage('heard');
    }, 1_000);
    return () => clearInterval(timer);
  }, []);
}
