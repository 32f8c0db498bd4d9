import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { createDb, type Database } from '../db/client';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded';
import { migrateDatabase } from '../db/migrate';
import { addressOfDatabase, dropDatabase, newDatabaseName, onServer } from '../db/testing/testServer';
import { silentLog } from '../engine/context';
import { createMissingCredentials } from '../engine/credentials';
import { importCampus } from '../engine/importCampus';
import { startMosquitto } from '../mqtt-bridge/testing/mosquitto';
import { benchCampus, SITE, type SpareRooms } from './benchCampus';
import { type BenchClock, startBenchClock } from './benchClock';
import { setAsideCount } from './bridgeMetrics';
import type { FromGenerator, LoadJob, LoadResult, ToGenerator } from './loadTypes';
import { processorMs } from './processorTime';

const ROOT = join(import.meta.dirname, '..');
const BUNDLES = join(ROOT, 'dist', 'bench');
const READY_WITHIN_MS = 60_000;
const WARM_S = 10;

/** Everything that a measurement runs on, each part a process of its own. */
export interface Environment {
  readonly database: Database;
  readonly clock: BenchClock;
  readonly mqttUrl: string;
  readonly bridgeMetricsUrl: string;
  readonly serverUrl: string;
  readonly authSecret: string;
  readonly publicUrl: string;
  readonly meters: number;
  readonly campusId: number;
  /** Text for the report, e.g. the database's version. */
  readonly about: string;
  /** Lets the fleet publish. One job at a time. */
  load(job: Omit<LoadJob, 'offsetMs'>): Promise<LoadResult>;
  /** Processor time so far by part, ms. */
  processorTimes(): Record<Part, number>;
  stop(): Promise<void>;
}

export type Part = 'bridge' | 'database' | 'broker' | 'server' | 'generator';

interface OpenDatabase {
  url: string;
  /** Of the embedded server; null where the server is not ours to look into. */
  pid: number | null;
  drop(): Promise<void>;
}

/** Starts it all on a fresh database with `meters` rooms imported. Whatever fails half-way is stopped again. */
export async function startEnvironment(
  meters: number,
  spare: SpareRooms,
  log: (line: string) => void,
): Promise<Environment> {
  const stops: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(meters, spare, log, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  meters: number,
  spare: SpareRooms,
  log: (line: string) => void,
  stops: (() => Promise<unknown> | unknown)[],
): Promise<Omit<Environment, 'stop'>> {
  await bundle();
  const clock = await startBenchClock();
  stops.push(() => clock.close());
  const open = await openDatabase(log);
  stops.push(() => open.drop());
  await migrateDatabase(open.url, { log: () => undefined });
  const database = createDb(open.url, 4, 'wattkeep bench');
  stops.push(() => database.close());
  log(`importing ${meters} meters`);
  const imported = await importCampus(database, { clock, log: silentLog }, benchCampus(meters, spare), {
    actor: 'bench',
  });
  if (!imported.applied) {
    const errors = imported.rows.flatMap((row) => row.errors).slice(0, 3);
    throw new Error(`the campus was not imported: ${JSON.stringify(errors)}`);
  }
  const { rows } = await database.pool.query<{ campusId: number; version: string }>(
    `select id as "campusId", split_part(version(), ' on ', 1) as version from campus where code = $1`,
    [SITE],
  );
  const { campusId, version } = rows[0]!;
  await createMissingCredentials(database, { clock, log: silentLog }, campusId);
  await database.pool.query('vacuum analyze');

  const broker = await startMosquitto();
  stops.push(() => broker.stop());
  const [bridgePort, serverPort] = [await freePort(), await freePort()];
  const authSecret = randomBytes(24).toString('hex');
  const publicUrl = `http://localhost:${serverPort}`;
  const shared = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    DATABASE_URL: open.url,
    MQTT_URL: broker.url,
    SIM_PORT: String(clock.port),
    WATTKEEP_DEMO: '1',
  };
  const bridge = startProcess('bridge', { ...shared, BRIDGE_PORT: String(bridgePort) });
  stops.push(() => endProcess(bridge));
  await untilOk(`http://127.0.0.1:${bridgePort}/readyz`, bridge);
  const server = startProcess('server', {
    ...shared,
    PORT: String(serverPort),
    AUTH_SECRET: authSecret,
    PUBLIC_URL: publicUrl,
  });
  stops.push(() => endProcess(server));
  await untilOk(`http://127.0.0.1:${serverPort}/healthz`, server);

  const bridgeMetricsUrl = `http://127.0.0.1:${bridgePort}/metrics`;
  const generator = fork(join(BUNDLES, 'generator.mjs'), { cwd: ROOT, stdio: 'inherit' });
  stops.push(() => endProcess(generator));
  await ask(generator, {
    kind: 'setup',
    setup: { mqttUrl: broker.url, meters, metricsUrl: bridgeMetricsUrl },
  });
  const load = async (job: Omit<LoadJob, 'offsetMs'>): Promise<LoadResult> => {
    const asideBefore = await setAsideCount(bridgeMetricsUrl);
    const answer = await ask(generator, { kind: 'job', job: { ...job, offsetMs: clock.offsetMs } });
    if (answer.kind !== 'done') throw new Error('the load generator lost its place');
    const aside = (await setAsideCount(bridgeMetricsUrl)) - asideBefore;
    if (aside > 0) throw new Error(`${aside} readings were set aside: that is not what was to be measured`);
    return answer.result;
  };
  // Every meter has its baseline, and the processes are warm.
  await load({ form: 'GATEWAY', seconds: WARM_S, rate: null, window: meters });
  return {
    database,
    clock,
    mqttUrl: broker.url,
    bridgeMetricsUrl,
    serverUrl: `http://127.0.0.1:${serverPort}`,
    authSecret,
    publicUrl,
    meters,
    campusId,
    about: version,
    load,
    processorTimes: () => ({
      bridge: processorMs(bridge.pid!),
      database: open.pid === null ? Number.NaN : processorMs(open.pid),
      broker: processorMs(broker.pid),
      server: processorMs(server.pid!),
      generator: processorMs(generator.pid!),
    }),
  };
}

/** As production bundles them (`scripts/buildAll.ts`). */
async function bundle(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      bridge: 'mqtt-bridge/main.ts',
      server: 'bench/serverProcess.ts',
      generator: 'bench/loadGenerator.ts',
      liveClients: 'bench/liveClients.ts',
    },
    outdir: BUNDLES,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'error',
  });
}

/** A fresh, empty database: of an embedded server, or on the one of `TEST_DATABASE_URL`. */
export async function openDatabase(log: (line: string) => void): Promise<OpenDatabase> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    const name = newDatabaseName(process.pid);
    await onServer(given, (client) => client.query(`create database ${name}`));
    return {
      url: addressOfDatabase(given, name),
      pid: null,
      drop: () => onServer(given, (client) => dropDatabase(client, name)),
    };
  }
  const folder = await mkdtemp(join(tmpdir(), 'wattkeep-bench-'));
  const server = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
  log('embedded database');
  return {
    url: server.url,
    pid: server.pid,
    async drop() {
      await server.stop();
      await removeEmbeddedPostgres(folder, () => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * As in compose.yaml: a batch lives as long as its transaction, and must not be moved to the old objects for that; on two cores
 * several helpers of the garbage collector keep what is urgent waiting.
 */
const NODE_FLAGS: Readonly<Record<'bridge' | 'server', readonly string[]>> = {
  bridge: ['--enable-source-maps', '--max-semi-space-size=64', '--v8-pool-size=1'],
  server: ['--enable-source-maps'],
};

/** Starts one of our bundles with the flags that production gives it. */
function startProcess(name: 'bridge' | 'server', env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [...NODE_FLAGS[name], join(BUNDLES, `${name}.mjs`)], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', process.stderr, 'inherit'],
  });
}

export function startClients(args: readonly string[]): ChildProcess {
  return fork(join(BUNDLES, 'liveClients.mjs'), args, { cwd: ROOT, stdio: 'inherit' });
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const stuck = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(stuck);
}

async function untilOk(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`a process ended with ${child.exitCode} at its start`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    if (performance.now() > until) throw new Error(`${url} did not become ready`);
    await delay(100);
  }
}

function ask(child: ChildProcess, message: ToGenerator): Promise<FromGenerator> {
  return new Promise((resolve, reject) => {
    const answered = (answer: FromGenerator) => {
      child.off('exit', ended);
      if (answer.kind === 'failed') reject(new Error(`load generator: ${answer.error}`));
      else resolve(answer);
    };
    const ended = () => reject(new Error('the load generator ended'));
    child.once('message', answered);
    child.once('exit', ended);
    child.send(message);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
