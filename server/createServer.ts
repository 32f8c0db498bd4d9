import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ulid } from 'ulid';
import type { Database } from '../db/client';
import type { Clock } from '../domain/time/clock';
import { checkpointKey, publishedKey } from '../engine/checkpointKey';
import type { EngineLog } from '../engine/context';
import { createRestApi, REST_BASE } from './api/createRestApi';
import { nodeListener } from './api/nodeAdapter';
import { SignInLimit } from './auth/signInLimit';
import { readReadiness } from './health';
import { clientAddress } from './http/clientAddress';
import { RateLimit } from './http/rateLimit';
import { createRoute, json, type Listener, plain } from './http/route';
import { allJobs } from './jobs/allJobs';
import type { Job } from './jobs/job';
import { type JobSchedule, startJobs } from './jobs/schedule';
import { attachLive, createLiveServer } from './live/attachLive';
import { Channels } from './live/channels';
import { LiveHub } from './live/liveHub';
import { createMetrics, METRICS_TYPE } from './metrics';
import { createNoticeDesk } from './notifications/noticeDesk';
import { DeliveryRun } from './notifications/sendDeliveries';
import { Senders } from './notifications/senders';
import { NO_NOTIFICATION_SETTINGS, type NotificationSettingsSource } from './notifications/settings';
import { paymentHooks } from './payments/notifyHooks';
import { createPaymentDesk } from './payments/paymentDesk';
import { Providers } from './payments/providers';
import { NO_PAYMENT_SETTINGS, type PaymentSettingsSource } from './payments/settings';
import type { RequestHost } from './requestHost';
import { InspectLimit } from './services/meters/inspectLimit';

export interface ServerOptions {
  readonly database: Database;
  /** Business time. */
  readonly clock: Clock;
  /** Time that runs as the machine's does: rate limits, ends of sessions. */
  readonly realClock: Clock;
  readonly log: EngineLog;
  readonly mqttUrl: string;
  readonly authSecret: string;
  /** Address by which browsers reach this server. */
  readonly publicUrl: string;
  readonly buildId: string;
  readonly demo?: boolean;
  readonly mapboxToken?: string | null;
  readonly simulatorPort?: number | null;
  /** Ed25519 key of the checkpoints, PEM, and the folder outside the database to which they are copied. */
  readonly ledgerSigningKey?: string | null;
  readonly checkpointDir?: string | null;
  /** Bearer token of whoever reads `/metrics`; without it only this machine may. */
  readonly metricsToken?: string | null;
  /** Reverse proxies of our own in front of this server; default none. */
  readonly trustedHops?: number;
  /** Merchant settings of the payment providers; default none. */
  readonly paymentSettings?: PaymentSettingsSource;
  /** Settings of the channels of notices; default none. */
  readonly notificationSettings?: NotificationSettingsSource;
  /** Default all of them; a test that steps time by hand gives none. */
  readonly jobs?: readonly Job[];
  /** True for `next dev`. */
  readonly development?: boolean;
}

export interface WattkeepServer {
  readonly httpServer: HttpServer;
  /** What request handlers are lent; the process root shares it before the first request. */
  readonly host: RequestHost;
  /** Gives the pages to Next; without it only REST, health and sockets answer. */
  servePages(listener: Listener): void;
  /** Reads the live memory, then listens on `port` (0: any free one), then starts the jobs. Returns the port. */
  start(port: number, address: string): Promise<number>;
  /** Ends sockets and connections at once, then jobs and subscriptions. The database stays open. */
  close(): Promise<void>;
}

const MAX_IMPORT_BYTES = 64 * 1024 * 1024;
const MAX_REST_BYTES = 64 * 1024;
const PAIRINGS_PER_ADDRESS = 20;

/** Puts the server together; nothing runs before `start`. Everything it needs is passed in, so tests start it as it is. */
export function createServer(options: ServerOptions): WattkeepServer {
  const { database, clock, realClock, log, publicUrl } = options;
  const trustedHops = options.trustedHops ?? 0;
  const bootId = ulid(realClock.now());
  const engine = { clock, log };
  const metrics = createMetrics();
  const mapboxToken = options.mapboxToken ?? null;
  const ledgerSigningKey = options.ledgerSigningKey ?? null;
  const checkpointDir = options.checkpointDir ?? null;

  const providers = new Providers(options.paymentSettings ?? NO_PAYMENT_SETTINGS, publicUrl, clock);
  const payments = { database, engine, providers };
  const senders = new Senders({
    database,
    settings: options.notificationSettings ?? NO_NOTIFICATION_SETTINGS,
    clock,
    realClock,
    publicUrl,
  });
  const deliveries = new DeliveryRun({ database, engine, realClock, senders, publicUrl });

  const signInLimit = new SignInLimit(realClock);
  const rest = createRestApi({
    ...{ database, engine, realClock, signInLimit },
    ...{ ledgerSigningKey, checkpointDir },
  });
  let pages: Listener | null = null;
  const route = createRoute({
    security: { publicUrl, mapbox: mapboxToken !== null, development: options.development ?? false },
    trustedHops,
    metrics,
    metricsToken: options.metricsToken ?? null,
    health: (_req, res) => plain(res, 200, 'ok'),
    readiness: async (_req, res) => {
      const readiness = await readReadiness(database, hub, clock);
      json(res, readiness.ready ? 200 : 503, readiness);
    },
    figures: async (_req, res) => {
      const { pool } = database;
      const text = await metrics.scrape({
        sockets: io.engine.clientsCount,
        poolTotal: pool.totalCount,
        poolIdle: pool.idleCount,
        poolWaiting: pool.waitingCount,
      });
      res.writeHead(200, { 'Content-Type': METRICS_TYPE });
      res.end(text);
    },
    rest: nodeListener({
      fetch: (request, address) => rest.fetch(request, { address }),
      maxBodyBytes: (path) => (path === `${REST_BASE}/import` ? MAX_IMPORT_BYTES : MAX_REST_BYTES),
      // The route has put the client's address there, whatever stood there before.
      address: (req) => clientAddress(req, 1),
      onError: (error) => log.error({ err: error }, 'REST request failed'),
    }),
    paymentHooks: paymentHooks(payments, realClock),
    pages: () => pages,
    onError: (error) => log.error({ err: error }, 'request failed'),
  });

  const httpServer = createHttpServer({ requestTimeout: 120_000, headersTimeout: 30_000 });
  httpServer.on('request', (req, res) => {
    if (req.url?.startsWith('/socket.io/')) return;
    void route(req, res);
  });
  const io = createLiveServer(httpServer, publicUrl);
  const channels = new Channels(io, bootId);
  const hub = new LiveHub({
    database,
    clock,
    log,
    channels,
    mqttUrl: options.mqttUrl,
    clientId: `server-${bootId}`,
    counters: metrics,
  });
  const reader = { database, clock, authSecret: options.authSecret, publicUrl };
  const host: RequestHost = {
    database,
    clock,
    realClock,
    log,
    authSecret: options.authSecret,
    publicUrl,
    demo: options.demo ?? false,
    mapboxToken,
    simulatorPort: options.simulatorPort ?? null,
    buildId: options.buildId,
    ledgerKeys: ledgerSigningKey === null ? [] : [publishedKey(ledgerSigningKey)],
    drill: { last: null },
    signInLimit,
    pairingLimit: new RateLimit(realClock, PAIRINGS_PER_ADDRESS, 1 / 30),
    inspectLimit: new InspectLimit(realClock),
    live: hub,
    payments: createPaymentDesk(payments),
    notices: createNoticeDesk({ senders, clock, realClock, log }),
  };
  const stops: (() => void | Promise<void>)[] = [];

  return {
    httpServer,
    host,
    servePages(listener) {
      pages = listener;
    },
    async start(port, address) {
      await hub.start();
      stops.push(() => hub.close());
      stops.push(attachLive(io, hub, channels, { reader, realClock, buildId: options.buildId, log }));
      await new Promise<void>((resolve, reject) => {
        httpServer.once('error', reject);
        httpServer.listen(port, address, () => {
          httpServer.off('error', reject);
          resolve();
        });
      });
      const jobs: JobSchedule = startJobs(
        options.jobs ?? allJobs(clock.now()),
        {
          database,
          engine,
          checkpointKey: ledgerSigningKey === null ? null : checkpointKey(ledgerSigningKey),
          ledgerSigningKey,
          checkpointDir,
          providers,
          deliveries,
        },
        metrics,
      );
      stops.push(() => jobs.stop().then(() => deliveries.settled()));
      return (httpServer.address() as AddressInfo).port;
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        if (!httpServer.listening) resolve();
        else httpServer.once('close', resolve);
      });
      void io.close();
      httpServer.closeAllConnections();
      await Promise.all([closed, ...stops.splice(0).map((stop) => stop())]);
    },
  };
}
