import type { LiveEvents, LiveSocket } from './liveSocket';

/**
 * A socket whose code is still on its way. Who listens meanwhile hears it once it is open; code that does not come is a
 * connection that failed. What is said before goes nowhere: rooms are joined on connect.
 */
export function lateSocket(load: () => Promise<() => LiveSocket>): LiveSocket {
  let socket: LiveSocket | null = null;
  let closed = false;
  let waiting: ((opened: LiveSocket) => void)[] = [];
  let failing: (() => void)[] = [];
  load().then(
    (open) => {
      if (closed) return;
      socket = open();
      for (const listen of waiting) listen(socket);
    },
    () => {
      for (const tell of failing) tell();
    },
  );
  return {
    on<E extends keyof LiveEvents>(event: E, listener: (event: LiveEvents[E]) => void) {
      if (socket) return socket.on(event, listener);
      waiting.push((opened) => opened.on(event, listener));
      if (event === 'connect_error') failing.push(() => listener(undefined as LiveEvents[E]));
    },
    emit: (event, ...args) => socket?.emit(event, ...args),
    removeAllListeners() {
      waiting = [];
      failing = [];
      socket?.removeAllListeners();
    },
    disconnect() {
      closed = true;
      socket?.disconnect();
    },
  };
}
