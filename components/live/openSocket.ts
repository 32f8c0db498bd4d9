import { io } from 'socket.io-client';
import type { RawSocket } from './parsedSocket';

/**
 * Opens a socket that does not reconnect by itself.
 * @param url origin; empty: the page's own
 */
export function openSocket(url: string): RawSocket {
  return io(url, { transports: ['websocket'], reconnection: false, forceNew: true, timeout: 10_000 });
}
