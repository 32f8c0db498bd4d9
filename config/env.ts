import { z } from 'zod';

/**
 * Settings of each process, read once by its entry point. A missing or malformed setting stops the process with one
 * line that names it; values are never printed, since several of them are secrets.
 */

const text = z.string().min(1);

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((n) => n <= 65_535, 'must be a port number (0 to 65535)');

function url(schemes: readonly string[], example: string) {
  return text.refine(
    (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
    `must be an address like ${example}`,
  );
}

const databaseUrl = url(['postgres', 'postgresql'], 'postgres://user:password@host:5432/wattkeep');
const mqttUrl = url(['mqtt', 'mqtts'], 'mqtts://user:password@host:8883');
const publicUrl = url(['http', 'https'], 'https://energy.example.edu');
const secret = z.string().min(32, 'must have at least 32 characters');
const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1');
const metricsToken = z
  .string()
  .regex(/^[\x21-\x7e]{16,256}$/, 'must have 16 to 256 visible characters')
  .optional();
const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info');

const common = { LOG_LEVEL: logLevel };

const server = z
  .object({
    ...common,
    HOST: text.default('0.0.0.0'),
    PORT: port.default(3000),
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(10),
    MQTT_URL: mqttUrl,
    AUTH_SECRET: secret,
    PUBLIC_URL: publicUrl,
    METRICS_TOKEN: metricsToken,
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(9).default(0),
    MAPBOX_TOKEN: text.optional(),
    LEDGER_SIGNING_KEY: text.optional(),
    CHECKPOINT_DIR: text.optional(),
    PAYMENT_SETTINGS: text.optional(),
    NOTIFICATION_SETTINGS: text.optional(),
    SIM_PORT: port.optional(),
    WATTKEEP_DEMO: flag.default(false),
  })
  .transform((env) => ({
    logLevel: env.LOG_LEVEL,
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    /** Connections that this process may hold at once. */
    databasePool: env.DATABASE_POOL,
    mqttUrl: env.MQTT_URL,
    authSecret: env.AUTH_SECRET,
    publicUrl: env.PUBLIC_URL,
    /** Bearer token of whoever reads `/metrics`; unset: only this machine may. */
    metricsToken: env.METRICS_TOKEN,
    /** Reverse proxies of our own in front, whose X-Forwarded-For is believed. */
    trustedHops: env.TRUSTED_PROXIES,
    /** The customer's own token; without it the map draws with MapLibre and asks nothing of the outside. */
    mapboxToken: env.MAPBOX_TOKEN,
    /** Ed25519 key of the ledger's checkpoints, and the folder outside the database to which they are copied. */
    ledgerSigningKey: env.LEDGER_SIGNING_KEY,
    checkpointDir: env.CHECKPOINT_DIR,
    /** File with the merchant settings of the payment providers; unset: nobody pays online. */
    paymentSettings: env.PAYMENT_SETTINGS,
    /** File with the settings of the channels of notices; unset: notices stand on screens alone. */
    notificationSettings: env.NOTIFICATION_SETTINGS,
    /** Control port of the simulator on this machine; only set by the demo and tests. */
    simulatorPort: env.SIM_PORT,
    /** True only in the demo and in tests: settable clock, scenario strip, one-tap sign-ins. */
    demo: env.WATTKEEP_DEMO,
  }));

const bridge = z
  .object({
    ...common,
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: z.coerce.number().int().min(9, 'must be at least 9').max(200).default(12),
    MQTT_URL: mqttUrl.optional(),
    MQTT_EMBEDDED: flag.default(false),
    MQTT_HOST: text.default('127.0.0.1'),
    MQTT_PORT: port.default(1883),
    MQTT_SERVER_PASSWORD: text.optional(),
    BRIDGE_ID: text.regex(/^[A-Za-z0-9_-]{1,16}$/, 'must match [A-Za-z0-9_-]{1,16}').default('1'),
    BRIDGE_GROUP: text.regex(/^[A-Za-z0-9_-]{1,32}$/, 'must match [A-Za-z0-9_-]{1,32}').optional(),
    BRIDGE_PORT: port.optional(),
    METRICS_TOKEN: metricsToken,
    SIM_PORT: port.optional(),
    WATTKEEP_DEMO: flag.default(false),
  })
  .superRefine((env, ctx) => {
    if (!env.MQTT_URL && !env.MQTT_EMBEDDED) {
      ctx.addIssue({ code: 'custom', path: ['MQTT_URL'], message: 'is missing' });
    }
  })
  .transform((env) => ({
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    /** Connections that this process may hold at once. */
    databasePool: env.DATABASE_POOL,
    /** The external broker, or the embedded one that this process hosts itself (demo and tests only). */
    broker: env.MQTT_URL
      ? ({ kind: 'EXTERNAL', url: env.MQTT_URL } as const)
      : ({
          kind: 'EMBEDDED',
          host: env.MQTT_HOST,
          port: env.MQTT_PORT,
          /** Password of the user `server`, who reads live frames; unset: there is no such user. */
          serverPassword: env.MQTT_SERVER_PASSWORD,
        } as const),
    /** Different for every bridge at one broker; the broker keeps this bridge's messages under it. */
    bridgeId: env.BRIDGE_ID,
    /** Bridges of one group share what comes in; unset: this bridge takes everything. */
    bridgeGroup: env.BRIDGE_GROUP,
    /** Port of this process's own health and metrics answers; unset: none. */
    healthPort: env.BRIDGE_PORT,
    /** Bearer token of whoever reads `/metrics` there; unset: only this machine may. */
    metricsToken: env.METRICS_TOKEN,
    simulatorPort: env.SIM_PORT,
    demo: env.WATTKEEP_DEMO,
  }));

const simulator = z
  .object({
    ...common,
    MQTT_URL: mqttUrl,
    SIM_PORT: port.default(0),
    SIM_FLEET: text.optional(),
    SIM_PAYMENTS: text.optional(),
  })
  .transform((env) => ({
    logLevel: env.LOG_LEVEL,
    mqttUrl: env.MQTT_URL,
    /** Control port; 0 takes any free one. */
    controlPort: env.SIM_PORT,
    /** File that describes the fleet: codes, credentials and what each meter physically measures. */
    fleetFile: env.SIM_FLEET,
    /** File with the keys of the payment sandbox; unset: there is none. */
    paymentsFile: env.SIM_PAYMENTS,
  }));

const demo = z
  .object({
    ...common,
    HOST: text.default('127.0.0.1'),
    PORT: port.default(3000),
    DATABASE_URL: databaseUrl.optional(),
    MQTT_URL: mqttUrl.optional(),
    MQTT_PORT: port.default(1883),
    SIM_PORT: port.default(0),
    WATTKEEP_DATA: text.default('.data'),
    AUTH_SECRET: secret.optional(),
    PUBLIC_URL: publicUrl.optional(),
    MAPBOX_TOKEN: text.optional(),
    LEDGER_SIGNING_KEY: text.optional(),
    CHECKPOINT_DIR: text.optional(),
    PAYMENT_SETTINGS: text.optional(),
    NOTIFICATION_SETTINGS: text.optional(),
  })
  .transform((env) => ({
    logLevel: env.LOG_LEVEL,
    host: env.HOST,
    port: env.PORT,
    /** Unset: the embedded database under `dataDir`. */
    databaseUrl: env.DATABASE_URL,
    /** Unset: the broker embedded in the bridge, on `mqttPort`. */
    mqttUrl: env.MQTT_URL,
    mqttPort: env.MQTT_PORT,
    simulatorPort: env.SIM_PORT,
    dataDir: env.WATTKEEP_DATA,
    authSecret: env.AUTH_SECRET,
    publicUrl: env.PUBLIC_URL,
    mapboxToken: env.MAPBOX_TOKEN,
    ledgerSigningKey: env.LEDGER_SIGNING_KEY,
    checkpointDir: env.CHECKPOINT_DIR,
    /** Merchant settings; unset: the sandbox, which the demo makes. */
    paymentSettings: env.PAYMENT_SETTINGS,
    /** Channels of notices; unset: a sandbox that keeps them. */
    notificationSettings: env.NOTIFICATION_SETTINGS,
  }));

/** One-off commands that only touch the database: migrate, dump, ledger verification. */
const tool = z
  .object({
    ...common,
    DATABASE_URL: databaseUrl.optional(),
    WATTKEEP_DATA: text.default('.data'),
    LEDGER_SIGNING_KEY: text.optional(),
    CHECKPOINT_DIR: text.optional(),
  })
  .transform((env) => ({
    logLevel: env.LOG_LEVEL,
    /** Unset: the embedded database under `dataDir`. */
    databaseUrl: env.DATABASE_URL,
    dataDir: env.WATTKEEP_DATA,
    ledgerSigningKey: env.LEDGER_SIGNING_KEY,
    checkpointDir: env.CHECKPOINT_DIR,
  }));

/** Keeps the accounts of an external Mosquitto; the passwords are those of our own processes at the broker. */
const brokerFiles = z
  .object({
    ...common,
    DATABASE_URL: databaseUrl,
    MQTT_BRIDGE_PASSWORD: text.min(16, 'must have at least 16 characters'),
    MQTT_SERVER_PASSWORD: text.min(16, 'must have at least 16 characters'),
  })
  .transform((env) => ({
    databaseUrl: env.DATABASE_URL,
    bridgePassword: env.MQTT_BRIDGE_PASSWORD,
    serverPassword: env.MQTT_SERVER_PASSWORD,
  }));

const schemas = { server, bridge, simulator, demo, tool, brokerFiles };

export type ProcessName = keyof typeof schemas;
export type Settings<P extends ProcessName> = z.output<(typeof schemas)[P]>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that are missing or malformed; `message` is one line that names each of them and never their values. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/**
 * Settings of one process from its environment. An empty variable counts as unset, as in a copied `.env.example`.
 * @throws SettingsError
 */
export function parseSettings<P extends ProcessName>(process: P, environment: Environment): Settings<P> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schemas[process].safeParse(given);
  if (parsed.success) return parsed.data as Settings<P>;
  const problems = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return given[name] === undefined ? `${name} is missing` : `${name} ${issue.message}`;
  });
  throw new SettingsError(`wattkeep ${process}: ${[...new Set(problems)].join('; ')}`);
}

/** For entry points: `parseSettings`, or one line on stderr and exit code 78 (configuration error). */
export function readSettings<P extends ProcessName>(name: P): Settings<P> {
  try {
    return parseSettings(name, process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78);
  }
}
