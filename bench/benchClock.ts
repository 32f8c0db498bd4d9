import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const QUARTER_MS = 900_000;
/** Processes ask for the time twice a second. */
const UNTIL_HEARD_MS = 1_500;

/**
 * Business time of all processes of a measurement: the machine's, shifted forward, so that a quarter hour, at which every
 * window closes and posts, can be put where it is to be measured.
 */
export interface BenchClock {
  readonly port: number;
  /** Business time minus the machine's, ms. */
  readonly offsetMs: number;
  now(): number;
  /** Shifts time so that the next quarter hour comes in `ms`; resolves when every process has heard. */
  quarterIn(ms: number): Promise<void>;
  /** Moves time on by `ms`; resolves when every process has heard. */
  skip(ms: number): Promise<void>;
  close(): void;
}

/** Answers on `/clock` as the simulator's control port does, which demo builds follow. */
export async function startBenchClock(): Promise<BenchClock> {
  let offsetMs = 0;
  const now = () => Date.now() + offsetMs;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ at: now(), speed: 1 }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    get offsetMs() {
      return offsetMs;
    },
    now,
    async quarterIn(ms) {
      const atThen = now() + UNTIL_HEARD_MS + ms;
      offsetMs += Math.ceil(atThen / QUARTER_MS) * QUARTER_MS - atThen;
      await delay(UNTIL_HEARD_MS);
    },
    async skip(ms) {
      offsetMs += ms;
      await delay(UNTIL_HEARD_MS);
    },
    close: () => server.close(),
  };
}
