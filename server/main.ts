import { readFile } from 'node:fs/promises';
import next from 'next';
import { readSettings } from '../config/env';
import { createLogger } from '../config/logger';
import { createDb } from '../db/client';
import { SettableClock } from '../domain/time/clock';
import { followSimulatorClock } from '../engine/followClock';
import { createServer } from './createServer';
import { notificationSettingsFile } from './notifications/settings';
import { paymentSettingsFile } from './payments/settings';
import { shareRequestHost } from './requestHost';

/** How long a stop may take before the process ends anyway: whatever was under way is a transaction and rolls back. */
const STOP_WAIT_MS = 5_000;

/** The product's identity of this build: walls reload when it changes. */
async function buildIdOf(development: boolean): Promise<string> {
  if (development) return 'development';
  return (await readFile('.next/BUILD_ID', 'utf8')).trim();
}

async function main(): Promise<void> {
  const settings = readSettings('server');
  const development = process.env.NODE_ENV !== 'production';
  const log = createLogger('server', settings.logLevel);
  // The sign-in derives names of cookies and its own address from these.
  process.env.NEXTAUTH_URL = settings.publicUrl;
  process.env.NEXTAUTH_SECRET = settings.authSecret;
  const database = createDb(settings.databaseUrl, settings.databasePool, 'wattkeep server');
  const realClock = { now: () => Date.now() };
  const demoClock = settings.demo ? new SettableClock(realClock.now) : null;
  const following =
    demoClock && settings.simulatorPort
      ? await followSimulatorClock(settings.simulatorPort, demoClock, log)
      : null;

  const server = createServer({
    database,
    clock: demoClock ?? realClock,
    realClock,
    log,
    mqttUrl: settings.mqttUrl,
    authSecret: settings.authSecret,
    publicUrl: settings.publicUrl.replace(/\/+$/, ''),
    buildId: await buildIdOf(development),
    demo: settings.demo,
    mapboxToken: settings.mapboxToken ?? null,
    simulatorPort: settings.simulatorPort ?? null,
    ledgerSigningKey: settings.ledgerSigningKey ?? null,
    checkpointDir: settings.checkpointDir ?? null,
    metricsToken: settings.metricsToken ?? null,
    ...(settings.paymentSettings === undefined
      ? {}
      : {
          paymentSettings: paymentSettingsFile(settings.paymentSettings, (problem) =>
            log.error({ problem }, 'payment settings: the last good ones stay in force'),
          ),
        }),
    ...(settings.notificationSettings === undefined
      ? {}
      : {
          notificationSettings: notificationSettingsFile(settings.notificationSettings, (problem) =>
            log.error({ problem }, 'notification settings: the last good ones stay in force'),
          ),
        }),
    trustedHops: settings.trustedHops,
    development,
  });
  shareRequestHost(server.host);
  const app = next({
    dev: development,
    hostname: settings.host,
    port: settings.port,
    httpServer: server.httpServer,
  });
  await app.prepare();
  server.servePages(app.getRequestHandler());

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), STOP_WAIT_MS).unref();
    void (async () => {
      following?.stop();
      await server.close();
      await app.close();
      await database.close();
    })()
      .catch((error: unknown) => log.error({ err: error }, 'stop'))
      .then(() => process.exit(0));
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));

  const port = await server.start(settings.port, settings.host);
  log.info({ port, publicUrl: settings.publicUrl }, 'ready');
}

main().catch((error: unknown) => {
  process.stderr.write(
    `wattkeep server: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
