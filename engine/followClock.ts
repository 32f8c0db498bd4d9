import type { SettableClock } from '../domain/time/clock';
import type { EngineLog } from './context';

/** Demo and test builds only: their time is the simulator's, which a person may set, so that every process agrees on it. */

const ASK_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 1_000;
/** So much apart is agreement, beside the way of the question and the answer. */
const APART_MS = 250;

export interface FollowedClock {
  stop(): void;
}

/**
 * Keeps `clock` at the time and pace of the simulator's control port, asking twice a second. The first answer is awaited for
 * at most a second; while nothing answers the clock runs on as it is.
 */
export async function followSimulatorClock(
  controlPort: number,
  clock: SettableClock,
  log: EngineLog,
): Promise<FollowedClock> {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    try {
      const askedMs = performance.now();
      const answer = await fetch(`http://127.0.0.1:${controlPort}/clock`, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const { at, speed } = (await answer.json()) as { at?: unknown; speed?: unknown };
      if (typeof at !== 'number' || typeof speed !== 'number') return;
      // When between question and answer it was so nobody knows: half of the way to either side.
      const halfWay = ((performance.now() - askedMs) / 2) * speed;
      const there = Math.floor(at + halfWay);
      if (speed === clock.pace && Math.abs(there - clock.now()) < halfWay + APART_MS) return;
      clock.set(there, speed);
      log.info({ at: new Date(at).toISOString(), speed }, 'clock set');
    } catch {
      // The simulator starts later, or not at all.
    }
  };
  const again = () => {
    if (stopped) return;
    timer = setTimeout(() => void ask().then(again), ASK_EVERY_MS);
  };
  await ask();
  again();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
