import type { ClientToServerEvents, ServerToClientEvents } from '../../contracts/liveEvents';

type FromServer = { [E in keyof ServerToClientEvents]: Parameters<ServerToClientEvents[E]>[0] | null };

/** What a page hears. An event of the server is null where it was not what the contract says. */
export interface LiveEvents extends FromServer {
  connect: undefined;
  disconnect: undefined;
  connect_error: undefined;
}

/** The part of a Socket.IO socket that a page uses, with its events parsed on entry. */
export interface LiveSocket {
  on<E extends keyof LiveEvents>(event: E, listener: (event: LiveEvents[E]) => void): unknown;
  emit<E extends keyof ClientToServerEvents>(event: E, ...args: Parameters<ClientToServerEvents[E]>): unknown;
  removeAllListeners(): unknown;
  disconnect(): unknown;
}
