import { io, type Socket } from 'socket.io-client';
import type { ClientToServerEvents, LiveRoom, ServerToClientEvents } from '../contracts/liveEvents';

/** A browser's socket without a browser. */
export type Screen = Socket<ServerToClientEvents, ClientToServerEvents>;

/** Connects with the session of this cookie header and joins the rooms. @throws Error where a room is refused */
export async function openScreen(
  serverUrl: string,
  cookie: string,
  rooms: readonly LiveRoom[],
): Promise<Screen> {
  const screen: Screen = io(serverUrl, {
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: { cookie },
  });
  await new Promise<void>((resolve, reject) => {
    screen.once('connect', resolve);
    screen.once('connect_error', reject);
  });
  for (const room of rooms) {
    const answer = await screen.timeout(30_000).emitWithAck('join', { room });
    if (!answer.ok) throw new Error(`room ${room}: ${answer.reason}`);
  }
  return screen;
}
