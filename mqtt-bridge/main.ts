import { randomUUID } from 'node:crypto';
import { isMainThread, parentPort } from 'node:worker_threads';
import { readSettings, type Settings } from '../config/env';
import { createLogger } from '../config/logger';
import { createDb, type Database } from '../db/client';
import { listenDatabase } from '../db/listenDatabase';
import { type Clock, SettableClock } from '../domain/time/clock';
import { verifyCredential } from '../engine/credentials';
import { Unpublishable } from '../engine/dispatchCommand';
import { type FollowedClock, followSimulatorClock } from '../engine/followClock';
import { bindEngine } from './bindEngine';
import { type Counters, createCounters } from './counters';
import type { EnginePort } from './enginePort';
import { ForeignMeters } from './foreignMeters';
import { startHealthServer } from './healthServer';
import { createBrokerSource } from './sources/broker';
import { createEmbeddedBroker } from './sources/embeddedBroker';
import { createIdentify } from './sources/identify';
import type { MqttSource } from './sources/source';
import { type Bridge, startBridge } from './startBridge';
import { serveActs } from './urgentThread/serveActs';
import { startUrgentThread } from './urgentThread/startThread';

const settings = readSettings('bridge');
const log = createLogger('bridge', settings.logLevel);
const realClock: Clock = { now: () => Date.now() };
const demoClock = settings.demo ? new SettableClock(realClock.now) : null;
const clock: Clock = demoClock ?? realClock;

/** Messages that an external broker may hand out before the first is acknowledged: several batches of single readings. */
const RECEIVE_MAXIMUM = 10_000;
const RECONNECT_MS = 500;
const WAIT_FOR_DATABASE_MS = 500;
/** Of the pool's connections: one per flush of readings, one for everything else that is no urgent act; those have the rest. */
const OWN_CONNECTIONS = 4;

interface Source {
  source: MqttSource;
  recheckClients?: () => Promise<void>;
}

async function main(): Promise<void> {
  const following = await followClock();
  const database = createDb(settings.databaseUrl, OWN_CONNECTIONS, 'wattkeep bridge');
  const counters = createCounters();
  const foreign = new ForeignMeters();
  const own = bindEngine(database, { clock, log });
  const urgent = startUrgentThread(
    new URL(import.meta.url),
    (error) => (error instanceof Unpublishable ? error.reason : null),
    (error) => {
      // Half a bridge would take readings and answer no alarm: whoever supervises starts a whole one.
      log.fatal({ err: error }, 'the thread of urgent acts is gone');
      process.exit(1);
    },
  );
  const engine: EnginePort = { ...own, ...urgent.acts };
  let bridge: Bridge | null = null;
  let told = '[]';
  const health =
    settings.healthPort === undefined
      ? null
      : await startHealthServer({
          port: settings.healthPort,
          metrics: counters.registry,
          metricsToken: settings.metricsToken ?? null,
          readiness: async () => ({
            database: await engine.isDatabaseUp(),
            broker: bridge?.connected ?? false,
            heldReadings: bridge?.held ?? 0,
          }),
        });
  const stopping = stopRequested();
  const started = waitForDatabase(engine.isDatabaseUp).then(() => {
    const { source, recheckClients } = sourceOf(settings, database, foreign, counters);
    return startBridge({
      engine,
      source,
      foreign,
      clock,
      counters,
      log,
      boot: `${settings.bridgeId}-${randomUUID().slice(0, 8)}`,
      async onConfigChanged() {
        const setAside = JSON.stringify(foreign.setAside);
        if (setAside !== told)
          log.warn({ meters: foreign.setAside }, 'meters not heard because of their topics');
        told = setAside;
        await recheckClients?.();
      },
      listen(channels, heard) {
        const listener = listenDatabase({
          url: settings.databaseUrl,
          channels,
          heard,
          // What was notified while nobody listened may concern any of them.
          connected: () => channels.forEach(heard),
          log,
        });
        return () => listener.close();
      },
    });
  });
  bridge = await Promise.race([started, stopping]);
  if (bridge) {
    log.info({ broker: settings.broker.kind }, 'bridge runs');
    await stopping;
    await bridge.stop();
  }
  following?.stop();
  await urgent.end();
  await health?.close();
  await database.close();
  log.info({}, 'bridge stopped');
}

/** The thread of urgent acts, with connections and a memory of its own. */
async function serveUrgentActs(): Promise<void> {
  const following = await followClock();
  const connections = settings.databasePool - OWN_CONNECTIONS;
  const database = createDb(settings.databaseUrl, connections, 'wattkeep bridge, urgent');
  await serveActs(parentPort!, bindEngine(database, { clock, log }));
  following?.stop();
  await database.close();
}

async function followClock(): Promise<FollowedClock | null> {
  if (!demoClock || !settings.simulatorPort) return null;
  return followSimulatorClock(settings.simulatorPort, demoClock, log);
}

function sourceOf(
  { broker, bridgeId, bridgeGroup }: Settings<'bridge'>,
  database: Database,
  foreign: ForeignMeters,
  counters: Counters,
): Source {
  if (broker.kind === 'EXTERNAL') {
    const source = createBrokerSource({
      url: broker.url,
      clientId: `wattkeep-bridge-${bridgeId}`,
      shareGroup: bridgeGroup ?? null,
      protocolVersion: 5,
      receiveMaximum: RECEIVE_MAXIMUM,
      reconnectMs: RECONNECT_MS,
      clock,
      log,
    });
    return { source };
  }
  const source = createEmbeddedBroker({
    host: broker.host,
    port: broker.port,
    clock,
    identify: createIdentify({
      verify: (username, password) => verifyCredential(database, null, username, password),
      live: broker.serverPassword ? { username: 'server', password: broker.serverPassword } : null,
    }),
    foreignAccess: (site, code) => foreign.access(site, code),
    counters,
    log,
  });
  return { source, recheckClients: () => source.recheckClients() };
}

/** The database may come up after the bridge, and be away for a while; neither is a reason to end. */
async function waitForDatabase(isUp: () => Promise<boolean>): Promise<void> {
  for (let told = false; !(await isUp()); ) {
    if (!told) log.warn({}, 'waiting for the database');
    told = true;
    await new Promise((resolve) => {
      setTimeout(resolve, WAIT_FOR_DATABASE_MS);
    });
  }
}

function stopRequested(): Promise<null> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(null));
  });
}

if (isMainThread)
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      log.fatal({ err: error }, 'bridge failed');
      process.exit(1);
    },
  );
else await serveUrgentActs();
