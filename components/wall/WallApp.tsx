'use client';

import { useCallback, useState } from 'react';
import type { LiveRoom, LiveSnapshot } from '../../contracts/liveEvents';
import type { Locale } from '../i18n/locale';
import type { Messages } from '../i18n/messages';
import { LiveProvider } from '../live/LiveProvider';
import { useTRPCClient } from '../live/trpc';
import { Pairing } from './Pairing';
import type { Scene } from './rotation';
import type { NightHours } from './upkeep';
import { WallBoard } from './WallBoard';
import { WallTextProvider } from './wallText';
import type { WallBands, WallDay, WallPlaces, WallViewer } from './wallTypes';

const ROOMS: readonly LiveRoom[] = ['wall'];

interface Props {
  lang: Locale;
  messages: Readonly<Record<Locale, Messages>>;
  serverTime: number;
  /** Null: nobody has paired this screen. */
  board: {
    viewer: WallViewer;
    places: WallPlaces;
    bands: WallBands;
    day: WallDay;
    live: LiveSnapshot;
  } | null;
  night: NightHours;
  hold: Scene | null;
  mapToken: string | null;
}

/** `/wall`: a paired screen shows its scenes, any other its code. */
export function WallApp({ lang, messages, serverTime, board, night, hold, mapToken }: Props) {
  const client = useTRPCClient();
  const [paired, setPaired] = useState(board !== null);
  const unpair = useCallback(() => setPaired(false), []);
  const fetchSnapshot = useCallback((room: LiveRoom) => client.live.snapshot.query({ room }), [client]);
  return (
    <WallTextProvider lang={lang} messages={messages}>
      {board && paired ? (
        <LiveProvider
          serverTime={serverTime}
          campusZone={board.viewer.campus.timeZone}
          dataAsOf={board.live.campus?.dataAsOf ?? null}
          rooms={ROOMS}
          initial={[board.live]}
          fetchSnapshot={fetchSnapshot}
        >
          <WallBoard {...board} night={night} hold={hold} mapToken={mapToken} onUnpaired={unpair} />
        </LiveProvider>
      ) : (
        <Pairing now={serverTime} />
      )}
    </WallTextProvider>
  );
}
