import { io } from 'socket.io-client';
import type { LiveSocket } from './liveSocket';
import { parsedSocket } from './parsedSocket';

/**
 * Opens a socket that does not reconnect by itself. Fetched once a page stands: the protocol and the schemas are a fifth of the
 * script of a resident's first page, which shows what the server rendered without them.
 * @param url origin; empty: the page's own
 */
export function openSocket(url: string): LiveSocket {
  return parsedSocket(
    io(url, { transports: ['websocket'], reconnection: false, forceNew: true, timeout: 10_000 }),
  );
}
