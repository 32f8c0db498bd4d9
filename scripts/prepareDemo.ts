import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_SCOPES } from '../contracts/restCommon';
import type { Database } from '../db/client';
import {
  campusIds,
  giveContacts,
  markHeard,
  readSetting,
  signInsByRole,
  writeSetting,
} from '../db/queries/demoState';
import { campusZone } from '../domain/time/campusTime';
import type { Clock } from '../domain/time/clock';
import { checkpointKey } from '../engine/checkpointKey';
import type { EngineContext, EngineLog } from '../engine/context';
import { createMissingCredentials, rotateCredential } from '../engine/credentials';
import { makeCheckpoint } from '../engine/makeCheckpoint';
import { createApiKey } from '../server/auth/apiKeys';
import { openCampus } from '../server/services/openCampus';
import type { FleetFile } from '../simulator/fleetFile';
import { fillRoster } from './fillRoster';
import { OPEN_METER, seedDemo } from './seedDemo';

/** Seed of the invented campus: the same campus on every machine. */
const SEED = 7;
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** Before the demo begins somebody laid a wire past a meter: found from the closed days alone, some minutes after the first start. */
const BYPASSED_DAYS = 6;

export const DEMO_PASSWORD = 'lakeside-demo';

/** What the start prints and hands to the simulator. */
export interface PreparedDemo {
  apiKey: string;
  /** Credential of the meter that nobody simulates; null for an empty campus. */
  openMeter: { code: string; password: string; site: string; account: string } | null;
  fleetFile: string;
}

interface KeptDemo {
  apiKey: string;
  openMeter: PreparedDemo['openMeter'];
  credentials: FleetFile['credentials'];
}

export interface PrepareOptions {
  dataDir: string;
  meters: number;
  seed: boolean;
  /** Whether something went wrong in the weeks before the start. */
  incidents: boolean;
  /** PEM that signs the ledger's checkpoints, and where their copies go. */
  ledgerSigningKey: string;
  checkpointDir: string;
  clock: Clock;
  log: (line: string) => void;
}

const quiet: EngineLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** True where an earlier start was ended while it filled the database: what is there is incomplete. */
export async function isHalfSeeded(database: Database): Promise<boolean> {
  return (await campusIds(database.pool)).length > 0 && (await readSetting(database.pool, 'demo')) === null;
}

/** Brings an empty database to a living campus, once; later starts find everything again. */
export async function prepareDemo(database: Database, options: PrepareOptions): Promise<PreparedDemo> {
  const { dataDir, clock, log } = options;
  const secretsFile = join(dataDir, 'fleet-secrets.json');
  const fleetFile = join(dataDir, 'fleet.json');
  const ctx: EngineContext = { clock, log: quiet };
  if ((await readSetting(database.pool, 'demo')) === null) {
    const toMs = Math.floor(clock.now() / QUARTER_MS) * QUARTER_MS;
    const past = options.incidents ? { bypassSinceMs: toMs - BYPASSED_DAYS * DAY_MS } : {};
    if (options.seed)
      await seedDemo(database, {
        seed: SEED,
        meters: options.meters,
        password: DEMO_PASSWORD,
        toMs,
        ...past,
        log,
      });
    else
      await openCampus(database, ctx, {
        code: 'campus',
        name: '校区',
        nameEn: 'Campus',
        timeZone: 'Asia/Shanghai',
        currency: 'CNY',
        admin: 'admin',
        password: DEMO_PASSWORD,
      });
    await markHeard(database.pool, clock.now());
    await giveContacts(database.pool, 'lakeside.example', clock.now());
    await makeCheckpoint(database, ctx, {
      key: checkpointKey(options.ledgerSigningKey),
      directory: options.checkpointDir,
    });
    await writeSetting(database.pool, 'demo', {
      seed: SEED,
      meters: options.meters,
      seeded: options.seed,
      ...(options.seed ? { historyToMs: toMs, ...past } : {}),
    });
  }
  const known = (await readSetting(database.pool, 'demo')) as {
    meters: number;
    seeded: boolean;
    historyToMs?: number;
    bypassSinceMs?: number;
  };
  const [campusId] = await campusIds(database.pool);
  if (known.seeded)
    await fillRoster(database, { id: campusId!, zone: campusZone('Asia/Shanghai') }, clock.now());
  const kept = existsSync(secretsFile)
    ? (JSON.parse(readFileSync(secretsFile, 'utf8')) as KeptDemo)
    : await makeSecrets(database, ctx, campusId!, known.seeded);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(secretsFile, JSON.stringify(kept), { mode: 0o600 });
  const fleet: FleetFile = {
    seed: SEED,
    meters: known.meters,
    credentials: kept.credentials,
    ...(known.historyToMs === undefined ? {} : { historyToMs: known.historyToMs }),
    ...(known.bypassSinceMs === undefined ? {} : { bypassSinceMs: known.bypassSinceMs }),
    stateFile: join(dataDir, 'fleet-state.json'),
  };
  writeFileSync(fleetFile, JSON.stringify(fleet), { mode: 0o600 });
  return { apiKey: kept.apiKey, openMeter: kept.openMeter, fleetFile };
}

async function makeSecrets(
  database: Database,
  ctx: EngineContext,
  campusId: number,
  seeded: boolean,
): Promise<KeptDemo> {
  const made = await createMissingCredentials(database, ctx, campusId);
  const credentials: FleetFile['credentials'] = {};
  for (const { code, password, signingKey } of made) credentials[code] = { password, key: signingKey };
  let openMeter: KeptDemo['openMeter'] = null;
  if (seeded) {
    const own =
      made.find(({ code }) => code === OPEN_METER.meter) ??
      (await rotateCredential(database, ctx, { campusId, code: OPEN_METER.meter }));
    delete credentials[OPEN_METER.meter];
    openMeter = { code: own.code, password: own.password, site: 'lakeside', account: OPEN_METER.account };
  }
  // Somebody has to answer for a key that gives roles.
  const administrator = (await signInsByRole(database.pool)).find(({ role }) => role === 'ADMIN');
  const { key } = await createApiKey(
    { database, clock: ctx.clock },
    {
      campusId,
      name: 'demo',
      scopes: KEY_SCOPES,
      spaceId: null,
      ...(administrator && { madeBy: `user:${administrator.code}` }),
    },
  );
  return { apiKey: key, openMeter, credentials };
}
