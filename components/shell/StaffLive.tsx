'use client';

import { type ReactNode, useCallback } from 'react';
import type { LiveRoom, LiveSnapshot } from '../../contracts/liveEvents';
import { LiveProvider } from '../live/LiveProvider';
import { useTRPCClient } from '../live/trpc';

interface Props {
  serverTime: number;
  campusZone: string;
  rooms: readonly LiveRoom[];
  initial: readonly LiveSnapshot[];
  children: ReactNode;
}

/** Live data of the staff pages; while the socket is away, rooms are polled over HTTP. */
export function StaffLive(props: Props) {
  const client = useTRPCClient();
  const fetchSnapshot = useCallback((room: LiveRoom) => client.live.snapshot.query({ room }), [client]);
  return <LiveProvider {...props} fetchSnapshot={fetchSnapshot} />;
}
