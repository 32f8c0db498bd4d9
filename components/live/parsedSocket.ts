import type { ZodMiniType } from 'zod/mini';
import {
  alarmEventSchema,
  balanceEventSchema,
  commandEventSchema,
  deltaSchema,
  heartbeatSchema,
  helloSchema,
  snapshotSchema,
} from '../../contracts/liveEvents';
import type { LiveEvents, LiveSocket } from './liveSocket';

/** A socket as it comes: nothing is known of its events. */
export interface RawSocket extends Omit<LiveSocket, 'on'> {
  on(event: keyof LiveEvents, listener: (event: unknown) => void): unknown;
}

const read =
  <T>(schema: ZodMiniType<T>) =>
  (value: unknown): T | null => {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : null;
  };
const nothing = () => undefined;

const READ: { [E in keyof LiveEvents]: (value: unknown) => LiveEvents[E] } = {
  connect: nothing,
  disconnect: nothing,
  connect_error: nothing,
  hello: read(helloSchema),
  heartbeat: read(heartbeatSchema),
  snapshot: read(snapshotSchema),
  delta: read(deltaSchema),
  alarm: read(alarmEventSchema),
  command: read(commandEventSchema),
  balance: read(balanceEventSchema),
};

/** The socket with its events parsed on entry. */
export function parsedSocket(raw: RawSocket): LiveSocket {
  return {
    on: (event, listener) => raw.on(event, (value) => listener(READ[event](value))),
    emit: (event, ...args) => raw.emit(event, ...args),
    removeAllListeners: () => raw.removeAllListeners(),
    disconnect: () => raw.disconnect(),
  };
}
