import { type Supervised, type SuperviseOptions, supervise } from './supervise';

/** A process that is started again whenever it ends unasked: a crash costs seconds, not the evening. */
export interface KeptAlive {
  readonly name: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Resolves with the reason when it ends again and again, so that another start would be no help. */
  readonly gaveUp: Promise<string>;
  stop(): Promise<void>;
}

/** Ends within `WITHIN_MS` of each other that are no accident any more. */
const HOPELESS_ENDS = 3;
const WITHIN_MS = 60_000;
const LINES_TOLD = 15;

/** @param log takes one line per unasked end */
export function keepAlive(options: SuperviseOptions, log: (line: string) => void): KeptAlive {
  let current: Supervised = supervise(options);
  let stopping = false;
  const kept = async (): Promise<string> => {
    const endedAtMs: number[] = [];
    for (;;) {
      const how = await current.ended;
      if (stopping) return new Promise(() => undefined);
      endedAtMs.push(performance.now());
      const last = `${options.name} ended (${how})`;
      const [earliest] = endedAtMs.slice(-HOPELESS_ENDS);
      if (endedAtMs.length >= HOPELESS_ENDS && performance.now() - earliest! < WITHIN_MS)
        return `${last} ${HOPELESS_ENDS} times within a minute; its last lines:\n${current.lastLines(LINES_TOLD)}`;
      log(`${last}: started again`);
      current = supervise({ ...options, keepLog: true });
    }
  };
  return {
    name: options.name,
    get pid() {
      return current.pid;
    },
    gaveUp: kept(),
    async stop() {
      stopping = true;
      await current.stop();
    },
  };
}
