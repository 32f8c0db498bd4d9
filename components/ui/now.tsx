'use client';

import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react';

/** One ticking campus clock for a page, so that every age on it moves together. */
export interface NowSource {
  subscribe(listener: () => void): () => void;
  /** Campus server time, ms UTC, renewed once a second. */
  now(): number;
  /** What the server rendered with; keeps hydration equal. */
  initialNow: number;
}

/** A source that adds `offsetMs()` (server minus viewer clock) to the viewer's clock and ticks once a second while used. */
export function createNowSource(
  initialNow: number,
  offsetMs: () => number = () => 0,
  viewerNow: () => number = () => Date.now(),
): NowSource {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let shown = initialNow;
  const tick = () => {
    shown = viewerNow() + offsetMs();
    for (const listener of listeners) listener();
  };
  return {
    initialNow,
    now: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        timer = setInterval(tick, 1_000);
        tick();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}

/** A clock that stands still: stories, prints, tests. */
export function fixedNowSource(at: number): NowSource {
  return { initialNow: at, now: () => at, subscribe: () => () => {} };
}

interface CampusTime {
  source: NowSource;
  zone: string;
}

const CampusTimeContext = createContext<CampusTime | null>(null);

/** Gives its tree the campus clock and zone. The shell and the wall each mount one. */
export function CampusTimeProvider({ source, zone, children }: CampusTime & { children: ReactNode }) {
  const value = useMemo(() => ({ source, zone }), [source, zone]);
  return <CampusTimeContext value={value}>{children}</CampusTimeContext>;
}

function useCampusTime(): CampusTime {
  const value = useContext(CampusTimeContext);
  if (!value) throw new Error('CampusTimeProvider is missing above this component');
  return value;
}

/** Campus server time in ms UTC; renders again each second. */
export function useNow(): number {
  const { source } = useCampusTime();
  return useSyncExternalStore(source.subscribe, source.now, () => source.initialNow);
}

/** IANA zone of the campus. */
export function useCampusZone(): string {
  return useCampusTime().zone;
}
