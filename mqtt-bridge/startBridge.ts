import { DB_CHANNELS, type DbChannel } from '../contracts/dbChannels';
import type { Clock } from '../domain/time/clock';
import type { Counters } from './counters';
import { createCommandDispatcher } from './dispatchCommands';
import type { EnginePort } from './enginePort';
import type { ForeignMeters } from './foreignMeters';
import { createLivePublisher } from './publishLive';
import { ReadingBatcher } from './readingBatcher';
import { createRouter } from './routeMessage';
import { SerialLanes } from './serialLanes';
import type { MqttSource } from './sources/source';
import { type DataEntry, storeReadings } from './storeReadings';
import { Stopped, untilDurable } from './untilDurable';

export interface BridgeLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface BridgeOptions {
  engine: EnginePort;
  /** Made with the same `foreign`, which tells an embedded broker what meters of other dialects may do. */
  source: MqttSource;
  foreign: ForeignMeters;
  /** Hears notifications of the database; returns the means to stop. Losing some is allowed: every receiver also polls. */
  listen: (channels: readonly DbChannel[], heard: (channel: DbChannel) => void) => () => Promise<void>;
  clock: Clock;
  counters: Counters;
  log: BridgeLog;
  /** Names this start of the bridge. */
  boot: string;
  /** Called when credentials or meters may have changed. */
  onConfigChanged?: () => Promise<void>;
  limits?: Partial<BridgeLimits>;
}

export interface BridgeLimits {
  /** Readings per transaction at most. Fewer make a backlog last: 500 of them never came back to level at 10,000 a second. */
  flushReadings: number;
  /** Longest wait for company, ms. */
  flushAgeMs: number;
  /** Transactions of readings side by side (each holds a database connection). */
  flushLanes: number;
  /** Readings in the lane of urgent ones at most: a whole site over its limits at once is work for all lanes. */
  urgentReadings: number;
  /**
   * Readings held at most; further messages wait unread. A few flushes' worth: what is held when a connection breaks is
   * stored for nothing, since it can't be acknowledged any more and comes again.
   */
  capacityReadings: number;
  /** Statuses, events and answers worked on side by side, and held at most. */
  laneCount: number;
  laneCapacity: number;
  /** Commands looked at in one go, and in dispatch side by side (each holds a database connection). */
  commandBatch: number;
  commandParallel: number;
  /** Look for due commands this often, ms, whatever is notified. */
  pollMs: number;
  /** Read the configuration anew this often, ms, in case a notification was lost. */
  configPollMs: number;
}

export const DEFAULT_LIMITS: BridgeLimits = {
  flushReadings: 3_000,
  flushAgeMs: 20,
  flushLanes: 3,
  urgentReadings: 500,
  capacityReadings: 16_000,
  laneCount: 3,
  laneCapacity: 5_000,
  commandBatch: 500,
  commandParallel: 4,
  pollMs: 500,
  configPollMs: 60_000,
};

export interface Bridge {
  /** Readings received and not yet durable. */
  readonly held: number;
  readonly connected: boolean;
  /** Reads foreign meters and their topics anew. */
  reloadConfig(): Promise<void>;
  /** Takes nothing more, finishes what it holds as far as the database allows within `graceMs`, disconnects. */
  stop(graceMs?: number): Promise<void>;
}

/** Time for waiting work to notice that the bridge stops, ms; above the longest pause between two tries. */
const UNWIND_MS = 1_500;
const CONFIG_TRIES = 3;
/** Servers count a bridge as gone after a minute of silence. */
const BEAT_MS = 15_000;

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** Puts the parts together and starts them; resolves when messages flow in and commands flow out. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { engine, source, foreign, clock, counters, log } = options;
  const limits: BridgeLimits = { ...DEFAULT_LIMITS, ...options.limits };
  let stopping = false;
  const durable = {
    isDatabaseUp: () => engine.isDatabaseUp(),
    isStopping: () => stopping,
    onFailure: (error: unknown, blame: 'DATABASE' | 'WORK') => {
      counters.failures.inc({ blame });
      log.warn({ err: error, blame }, 'a transaction failed and is tried again');
    },
  };
  const onLost = (error: unknown): void => {
    if (error instanceof Stopped) return;
    log.error({ err: error }, 'messages were not stored and stay unacknowledged');
  };
  const live = createLivePublisher({ source, clock, boot: options.boot, siteOf: engine.siteOf, counters });
  const dispatcher = createCommandDispatcher({
    engine,
    source,
    foreign,
    clock,
    counters,
    log,
    batchLimit: limits.commandBatch,
    parallel: limits.commandParallel,
    pollMs: limits.pollMs,
  });
  const batcher = new ReadingBatcher<DataEntry>({
    lanes: limits.flushLanes,
    maxReadings: limits.flushReadings,
    maxUrgent: limits.urgentReadings,
    maxAgeMs: limits.flushAgeMs,
    capacity: limits.capacityReadings,
    onLost,
    async flush(entries, express) {
      await storeReadings(entries, {
        engine,
        ingest: (readings) => (express ? engine.ingestUrgent(readings) : engine.ingestReadings(readings)),
        clock,
        counters,
        durable,
        log,
        onCommitted(outcome) {
          live.publish(outcome);
          dispatcher.send(outcome.commandIds);
        },
      });
      counters.held.set(batcher.held);
    },
  });
  const lanes = new SerialLanes(limits.laneCount, limits.laneCapacity, onLost);
  const router = createRouter({
    engine,
    batcher,
    lanes,
    foreign,
    dispatcher,
    source,
    clock,
    counters,
    durable,
    log,
  });

  async function reloadConfig(): Promise<void> {
    const unknown = foreign.replace(await engine.foreignMeters());
    if (unknown.length > 0) log.warn({ profiles: unknown }, 'no dialect has these profiles');
    await source.setForeignFilters(foreign.filters());
    await options.onConfigChanged?.();
  }

  function reload(): void {
    reloadConfig().catch((error: unknown) => log.warn({ err: error }, 'configuration not read again'));
  }

  // The database may go away again between its first answer and this.
  const loaded = await untilDurable(reloadConfig, { ...durable, limit: CONFIG_TRIES });
  if (!loaded.ok) throw loaded.error;
  const unlisten = options.listen([DB_CHANNELS.commandQueued, DB_CHANNELS.configChanged], (channel) => {
    if (channel === DB_CHANNELS.commandQueued) dispatcher.wake();
    else reloadConfig().catch((error: unknown) => log.warn({ err: error }, 'configuration not reloaded'));
  });
  await source.start(router);
  dispatcher.start();
  const connectedTimer = setInterval(() => {
    counters.connected.set(source.connected ? 1 : 0);
    counters.held.set(batcher.held);
    counters.waiting.set(source.waitingBytes);
  }, 1_000);

  const configTimer = setInterval(reload, limits.configPollMs);
  live.beat();
  const beatTimer = setInterval(() => live.beat(), BEAT_MS);

  return {
    get held() {
      return batcher.held;
    },
    get connected() {
      return source.connected;
    },
    reloadConfig,
    async stop(graceMs = 5_000) {
      clearInterval(connectedTimer);
      clearInterval(configTimer);
      clearInterval(beatTimer);
      await unlisten();
      await dispatcher.stop();
      // What is held is made durable and acknowledged while the connection still stands.
      const finished = Promise.all([batcher.stop(), lanes.idle()]);
      await Promise.race([finished, elapsed(graceMs)]);
      stopping = true;
      // A transaction that hangs must not hold up the end; whatever it does, its message comes again.
      await Promise.race([finished, elapsed(UNWIND_MS)]);
      await source.stop();
    },
  };
}
