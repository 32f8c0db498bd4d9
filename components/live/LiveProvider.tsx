'use client';

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { LiveRoom, LiveSnapshot } from '../../contracts/liveEvents';
import { CampusTimeProvider } from '../ui/now';
import { lateSocket } from './lateSocket';
import { type ConnectionView, LiveClient } from './liveClient';
import type { LiveSocket } from './liveSocket';
import type { LiveStore } from './liveStore';

const LiveContext = createContext<LiveClient | null>(null);

interface Props {
  /** Server time of this render and the campus zone, so that the first paint is true before the socket is up. */
  serverTime: number;
  campusZone: string;
  /** When the newest datum reached the server, at this render. */
  dataAsOf?: number | null;
  /** Rooms that every page of this tree follows, e.g. `['alarms']` for the alarm bar. */
  rooms?: readonly LiveRoom[];
  /** State at this render, so that the first paint has figures. */
  initial?: readonly LiveSnapshot[];
  /** Snapshot over HTTP, polled every 15 s while the socket is away. */
  fetchSnapshot?: (room: LiveRoom) => Promise<LiveSnapshot | null>;
  /** Socket origin; default the page's own. */
  url?: string;
  children: ReactNode;
}

/** Live data, connection state and campus clock for everything below it. One per page tree. */
export function LiveProvider(props: Props) {
  const { serverTime, campusZone, dataAsOf = null, rooms, initial, fetchSnapshot, url, children } = props;
  const [client] = useState(() => {
    const created = new LiveClient({
      open: () => lateSocket(() => loadSocket(url ?? '')),
      serverTime,
      dataAsOf,
      fetchSnapshot,
    });
    for (const room of rooms ?? []) created.store.follow(room);
    for (const snapshot of initial ?? []) created.store.snapshot(snapshot);
    return created;
  });
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  const joined = rooms?.join(' ') ?? '';
  useEffect(() => {
    const leave = joined
      .split(' ')
      .filter(Boolean)
      .map((room) => client.join(room as LiveRoom));
    return () => {
      for (const each of leave) each();
    };
  }, [client, joined]);
  return (
    <LiveContext value={client}>
      <CampusTimeProvider source={client.now} zone={campusZone}>
        {children}
      </CampusTimeProvider>
    </LiveContext>
  );
}

/**
 * Fetched once a page stands: the protocol and the schemas are a fifth of the script of a resident's first page, which shows what
 * the server rendered without them. In two parts, so that a tap in between is not kept waiting by both.
 */
async function loadSocket(url: string): Promise<() => LiveSocket> {
  const [{ openSocket }, { parsedSocket }] = await Promise.all([
    import('./openSocket'),
    import('./parsedSocket'),
  ]);
  return () => parsedSocket(openSocket(url));
}

function useClient(): LiveClient {
  const client = useContext(LiveContext);
  if (!client) throw new Error('LiveProvider is missing above this component');
  return client;
}

/** The store of this page; prefer the hooks of `hooks.ts`. */
export function useLiveStore(): LiveStore {
  return useClient().store;
}

/** Follows a room while the component is mounted. Null follows nothing. */
export function useLiveRoom(room: LiveRoom | null): void {
  const client = useClient();
  useEffect(() => (room === null ? undefined : client.join(room)), [client, room]);
}

/** State of the connection; renders when it changes. */
export function useConnection(): ConnectionView & { dismissChanges: () => void } {
  const client = useClient();
  const view = useSyncExternalStore(client.subscribe, client.getView, client.getView);
  return { ...view, dismissChanges: client.dismissChanges };
}
