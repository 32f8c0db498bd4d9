import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings, type Settings } from '../config/env';
import { createDb, type Database } from '../db/client';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded';
import { migrateDatabase } from '../db/migrate';
import { heardSince, signInsByRole } from '../db/queries/demoState';
import { newCheckpointKey } from '../engine/checkpointKey';
import { newSandbox } from '../simulator/payments/sandboxConfig';
import { beside } from './beside';
import { buildAll } from './buildAll';
import { type KeptAlive, keepAlive } from './keepAlive';
import { type KeptDatabase, keepDatabase } from './keepDatabase';
import { DEMO_PASSWORD, isHalfSeeded, type PreparedDemo, prepareDemo } from './prepareDemo';
import { ROOT } from './runStep';

/**
 * The whole product on one machine: embedded database and broker unless the settings name others, bridge, server and
 * simulator, each a process of its own and started again if it crashes. Ctrl-C stops them in order and leaves none behind.
 */

const { values: options } = parseArgs({
  options: {
    reset: { type: 'boolean', default: false },
    dev: { type: 'boolean', default: false },
    simulator: { type: 'boolean', default: true },
    seed: { type: 'boolean', default: true },
    incidents: { type: 'boolean', default: true },
    meters: { type: 'string', default: '1300' },
  },
  allowNegative: true,
});

/** The history is charged while the pages are built: on a busy machine a connection is long in coming, and then comes. */
const CONNECT_WITHIN_MS = 10 * 60_000;

const settings = readSettings('demo');
const dataDir = resolve(ROOT, settings.dataDir);
const log = (line: string) => process.stdout.write(`${line}\n`);
const publicUrl = settings.publicUrl ?? `http://localhost:${settings.port}`;

/** What the demo made up for itself at its first start and keeps, so that sign-ins survive a restart. */
interface DemoSecrets {
  authSecret: string;
  /** Password of our own server at the embedded broker. */
  mqttServerPassword: string;
  /** Signs the ledger's checkpoints. */
  ledgerSigningKey: string;
}

async function main(): Promise<void> {
  await refuseTakenPorts(settings);
  if (options.reset) await startOver();
  const stopping = stopRequested();
  const stops: (() => Promise<void>)[] = [];
  try {
    let embedded = settings.databaseUrl ? null : await startDatabase(stops);
    let databaseUrl = settings.databaseUrl ?? embedded!.url;
    await migrateDatabase(databaseUrl, { log });
    let database = createDb(databaseUrl, 6, 'wattkeep demo', CONNECT_WITHIN_MS);
    if (await isHalfSeeded(database)) {
      await database.close();
      if (settings.databaseUrl) throw new Error('DATABASE_URL names a database that the demo did not fill');
      log('an earlier start was interrupted while it filled the database: starting over');
      await stops.pop()?.();
      await startOver();
      embedded = await startDatabase(stops);
      databaseUrl = embedded.url;
      await migrateDatabase(databaseUrl, { log });
      database = createDb(databaseUrl, 6, 'wattkeep demo', CONNECT_WITHIN_MS);
    }
    const preparing = prepareDemo(database, {
      dataDir,
      meters: Number(options.meters),
      seed: options.seed,
      incidents: options.incidents,
      ledgerSigningKey: ledgerSigningKey(),
      checkpointDir: checkpointDir(),
      clock: { now: () => Date.now() },
      log,
    });
    // The build and the history keep a core each busy.
    const build = new AbortController();
    void stopping.then(() => build.abort());
    const ready = beside(
      preparing,
      async (signal) => {
        if (!options.dev) await buildAll(log, signal);
      },
      build,
    );
    const prepared = await Promise.race([ready, stopping]);
    if (!prepared) {
      await database.close();
      return;
    }
    const startedMs = Date.now();
    const sandbox = await prepareSandbox();
    const controlPort = settings.simulatorPort || (await freePort());
    const processes = startProcesses(databaseUrl, prepared, controlPort, sandbox);
    for (const child of processes) stops.push(() => child.stop());
    const ended = Promise.race([
      stopping,
      ...processes.map((child) => child.gaveUp),
      ...(embedded ? [embedded.gaveUp] : []),
    ]);
    const announced = announce(database, prepared, startedMs, ended);
    const reason = await ended;
    await announced;
    if (reason) {
      log(reason);
      process.exitCode = 1;
    }
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Another demo's ports are found taken before anything of its is touched. */
async function refuseTakenPorts({ host, port, mqttUrl, mqttPort }: Settings<'demo'>): Promise<void> {
  const wanted: [string, number, string][] = [['PORT', port, host]];
  if (!mqttUrl) wanted.push(['MQTT_PORT', mqttPort, '127.0.0.1']);
  for (const [name, number, address] of wanted) {
    if (!(await canListen(number, address))) {
      process.stderr.write(`port ${number} is in use (is another demo running?): stop it or set ${name}\n`);
      process.exit(1);
    }
  }
}

/** A port that nobody has at this moment. */
function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, host, () => probe.close(() => done(true)));
  });
}

async function startOver(): Promise<void> {
  if (settings.databaseUrl)
    throw new Error('--reset empties the embedded database only; DATABASE_URL is set');
  for (const name of ['fleet-secrets.json', 'fleet-state.json', 'fleet.json', 'checkpoints'])
    rmSync(join(dataDir, name), { force: true, recursive: true });
  // A server that a killed demo left behind is taken over and stopped first.
  const left = await startEmbeddedPostgres({ dataDir, log });
  await left.stop();
  await removeEmbeddedPostgres(dataDir, log);
}

async function startDatabase(stops: (() => Promise<void>)[]): Promise<KeptDatabase> {
  const server = await keepDatabase(dataDir, log);
  stops.push(() => server.stop());
  return server;
}

/** Prints the ready line once the pages answer and readings are charged, then how to come in. */
async function announce(
  database: Database,
  prepared: PreparedDemo,
  startedMs: number,
  ended: Promise<unknown>,
): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const url = `http://localhost:${settings.port}`;
  const livesOn = options.simulator && options.seed;
  const isUp = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${settings.port}/readyz`).catch(() => null);
    return (answer?.ok ?? false) && (!livesOn || (await heardSince(database.pool, startedMs)));
  };
  try {
    while (!over && !(await isUp())) await new Promise((done) => setTimeout(done, 250));
    if (over) return;
    log(`\nready ${url}\n`);
    log(`sign-ins, all with the password ${DEMO_PASSWORD}:`);
    for (const { code, role } of await signInsByRole(database.pool)) log(`  ${role.padEnd(16)} ${code}`);
    log(`API key, every scope:  ${prepared.apiKey}`);
    log(`MQTT: ${settings.mqttUrl ?? `mqtt://127.0.0.1:${settings.mqttPort}`}`);
    if (prepared.openMeter) {
      const { code, password, site, account } = prepared.openMeter;
      log(`A meter of your own: user and client id ${code}, password ${password},`);
      log(`  topic em/v1/${site}/m/${code}/up/data, charged to account ${account}`);
    }
  } finally {
    await database.close();
  }
}

/** Files of a payment sandbox: the merchant settings that the server reads, and the keys that the sandbox signs with. */
interface SandboxFiles {
  settings: string;
  keys: string;
}

/** Makes a sandbox anew with each start; null where payments are configured, or nothing is simulated. */
async function prepareSandbox(): Promise<SandboxFiles | null> {
  if (settings.paymentSettings || !options.simulator || !options.seed) return null;
  const port = await freePort();
  const sandboxUrl = `http://${new URL(publicUrl).hostname}:${port}`;
  const made = newSandbox(sandboxUrl, `http://127.0.0.1:${settings.port}`, port, settings.host);
  const files = { settings: join(dataDir, 'payments.json'), keys: join(dataDir, 'payment-sandbox.json') };
  writeFileSync(files.settings, JSON.stringify(made.settings), { mode: 0o600 });
  writeFileSync(files.keys, JSON.stringify(made.config), { mode: 0o600 });
  return files;
}

/** Settings under which messages go to the list on `/admin/notices` and nowhere else. */
function sandboxedNotices(): string {
  const file = join(dataDir, 'notifications.json');
  const channels = {
    email: { sandbox: true },
    sms: { sandbox: true },
    groups: ['DINGTALK', 'FEISHU', 'WEBHOOK'],
  };
  writeFileSync(file, JSON.stringify(channels), { mode: 0o600 });
  return file;
}

/** In the order in which they must be up; they stop the other way round, so that readings end before their charging. */
function startProcesses(
  databaseUrl: string,
  prepared: PreparedDemo,
  controlPort: number,
  sandbox: SandboxFiles | null,
): KeptAlive[] {
  const secrets = rememberedSecrets();
  const brokerAddress = `127.0.0.1:${settings.mqttPort}`;
  const serverMqttUrl = settings.mqttUrl ?? `mqtt://server:${secrets.mqttServerPassword}@${brokerAddress}`;
  const shared = {
    LOG_LEVEL: settings.logLevel,
    DATABASE_URL: databaseUrl,
    WATTKEEP_DEMO: '1',
    // Every process follows the simulator's clock, which the panel sets.
    ...(options.simulator && options.seed ? { SIM_PORT: String(controlPort) } : {}),
  };
  const start = (name: string, source: string, env: Record<string, string | undefined>) =>
    keepAlive(
      {
        name,
        args: options.dev ? ['--import', 'tsx', source] : [`dist/${name}.mjs`],
        env: { ...shared, NODE_ENV: options.dev ? 'development' : 'production', ...env },
        logFile: join(dataDir, 'logs', `${name}.log`),
      },
      log,
    );
  const processes = [
    start('bridge', 'mqtt-bridge/main.ts', {
      MQTT_URL: settings.mqttUrl,
      MQTT_EMBEDDED: settings.mqttUrl ? '0' : '1',
      MQTT_PORT: String(settings.mqttPort),
      MQTT_SERVER_PASSWORD: secrets.mqttServerPassword,
    }),
    start('server', 'server/main.ts', {
      HOST: settings.host,
      PORT: String(settings.port),
      MQTT_URL: serverMqttUrl,
      AUTH_SECRET: settings.authSecret ?? secrets.authSecret,
      PUBLIC_URL: publicUrl,
      MAPBOX_TOKEN: settings.mapboxToken,
      LEDGER_SIGNING_KEY: ledgerSigningKey(),
      CHECKPOINT_DIR: checkpointDir(),
      PAYMENT_SETTINGS: settings.paymentSettings ?? sandbox?.settings,
      NOTIFICATION_SETTINGS: settings.notificationSettings ?? sandboxedNotices(),
    }),
  ];
  if (options.simulator && options.seed) {
    processes.push(
      start('simulator', 'simulator/main.ts', {
        MQTT_URL: settings.mqttUrl ?? `mqtt://${brokerAddress}`,
        SIM_FLEET: prepared.fleetFile,
        SIM_PAYMENTS: sandbox?.keys,
      }),
    );
  }
  return processes;
}

const ledgerSigningKey = () => settings.ledgerSigningKey ?? rememberedSecrets().ledgerSigningKey;
const checkpointDir = () => settings.checkpointDir ?? join(dataDir, 'checkpoints');

/** Signals often come twice, from the terminal and from npm; the second must not cut the orderly stop short. */
function stopRequested(): Promise<undefined> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done(undefined));
  });
}

function rememberedSecrets(): DemoSecrets {
  const file = join(dataDir, 'demo.json');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    const made: DemoSecrets = {
      authSecret: randomBytes(32).toString('base64url'),
      mqttServerPassword: randomBytes(18).toString('base64url'),
      ledgerSigningKey: newCheckpointKey(),
    };
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets;
}

await main();
