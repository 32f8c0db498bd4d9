import type { ImportDocument } from '../../contracts/importDocument';
import type { Database } from '../../db/client';
import { createTestDatabase } from '../../db/testing/createTestDatabase';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { startMosquitto, type TestBroker } from '../../mqtt-bridge/testing/mosquitto';
import { createApiKey } from '../../server/auth/apiKeys';
import { createServer } from '../../server/createServer';
import type { Job } from '../../server/jobs/job';
import { type BridgeProcess, freePort, startBridgeProcess } from './bridgeProcess';

/** The product from meter to REST, as it runs in production: a broker, the bridge's process, a server. */
export interface Path {
  readonly database: Database;
  readonly bridge: BridgeProcess;
  /** Null where the broker lives in the bridge. */
  readonly mosquitto: TestBroker | null;
  readonly mqttPort: number;
  readonly site: string;
  /** Calls REST with a key that may do everything; parsed answer. */
  rest(method: 'GET' | 'POST', path: string, body?: unknown): Promise<RestAnswer>;
  /** GET that must succeed. */
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  /** MQTT password and signing key of a gateway or direct meter, made anew. */
  credential(kind: 'gateways' | 'meters', code: string): Promise<{ password: string; signingKey: string }>;
  stop(): Promise<void>;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface PathOptions {
  readonly broker: 'EMBEDDED' | 'MOSQUITTO';
  readonly document: ImportDocument;
  /** Default none: what the jobs do is left to the test. */
  readonly jobs?: readonly Job[];
  /** Default: a test database of its own, dropped at the end. */
  readonly database?: Database;
}

const realTime = { now: () => Date.now() };
const LIVE_PASSWORD = 'live-password-of-tests';

/** @throws Error when the document holds errors, a process does not start, or mosquitto is missing */
export async function startPath(options: PathOptions): Promise<Path> {
  const { document } = options;
  const own = options.database ? null : await createTestDatabase(20);
  const database = options.database ?? own!;
  const result = await importCampus(database, { clock: realTime, log: silentLog }, document, {
    actor: 'test',
  });
  const errors = result.rows.flatMap((row) => row.errors);
  if (errors.length > 0) throw new Error(`the campus was refused: ${JSON.stringify(errors.slice(0, 5))}`);
  const { rows } = await database.pool.query<{ id: number }>('select id from campus where code = $1', [
    document.campus.code,
  ]);
  const campusId = rows[0]!.id;

  const mosquitto = options.broker === 'MOSQUITTO' ? await startMosquitto() : null;
  const mqttPort = mosquitto?.port ?? (await freePort());
  const bridge = await startBridgeProcess({
    DATABASE_URL: database.url,
    LOG_LEVEL: 'warn',
    ...(mosquitto
      ? { MQTT_URL: mosquitto.url }
      : {
          MQTT_EMBEDDED: '1',
          MQTT_PORT: String(mqttPort),
          MQTT_SERVER_PASSWORD: LIVE_PASSWORD,
        }),
  });
  const server = createServer({
    database,
    clock: realTime,
    // Asking again and again is how tests wait: the limits of rate are tested elsewhere.
    realClock: hastyTime(),
    // What fails inside must not stay there.
    log: { ...silentLog, error: (fields, message) => console.error(message, fields) },
    mqttUrl: `mqtt://server:${LIVE_PASSWORD}@127.0.0.1:${mqttPort}`,
    authSecret: 'test-secret-test-secret-test-secret',
    publicUrl: 'http://localhost:3000',
    buildId: 'test-build',
    jobs: options.jobs ?? [],
  });
  const url = `http://127.0.0.1:${await server.start(0, '127.0.0.1')}/api/v1`;
  const { key } = await createApiKey(
    { database, clock: realTime },
    { campusId, name: 'test', scopes: ['read', 'vend', 'control', 'import', 'admin'], spaceId: null },
  );

  async function rest(method: 'GET' | 'POST', path: string, body?: unknown): Promise<RestAnswer> {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  }

  return {
    database,
    bridge,
    mosquitto,
    mqttPort,
    site: document.campus.code,
    rest,
    async get<T>(path: string) {
      const { status, body } = await rest('GET', path);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
      return body as T;
    },
    async credential(kind, code) {
      const { status, body } = await rest('POST', `/${kind}/${code}/credentials`);
      if (status !== 201) throw new Error(`credential of ${code}: ${status} ${JSON.stringify(body)}`);
      return { password: String(body.password), signingKey: String(body.signingKey) };
    },
    async stop() {
      await server.close();
      await bridge.stop();
      await mosquitto?.stop();
      await own?.drop();
    },
  };
}

function hastyTime() {
  let ms = Date.now();
  return { now: () => (ms += 60_000) };
}
