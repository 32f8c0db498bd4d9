/** Heartbeat period of the server, ms. */
export const HEARTBEAT_MS = 5_000;
/** How long a browser waits for a heartbeat before it rebuilds the socket, ms. */
export const HEARTBEAT_MISSING_MS = 15_000;
