import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { pgErrorCode } from '../client';
import { startEmbeddedPostgres } from '../embedded';
import { migrateDatabase } from '../migrate';

/**
 * One server for a whole test run, with a migrated database that every test database is copied from. Workers find it
 * through the environment, so vitest and browser tests share the same helper.
 */

const dbDir = dirname(dirname(fileURLToPath(import.meta.url)));
const TEMPLATE_LOCK = 7_216_004;
const INSUFFICIENT_PRIVILEGE = '42501';
const SERVER_VARIABLE = 'WATTKEEP_TEST_SERVER';
const TEMPLATE_VARIABLE = 'WATTKEEP_TEST_TEMPLATE';
const RUN_VARIABLE = 'WATTKEEP_TEST_RUN';

/** Where workers make their databases. @throws Error outside a test run */
export function testServer(): { url: string; template: string; runPid: number } {
  const url = process.env[SERVER_VARIABLE];
  const template = process.env[TEMPLATE_VARIABLE];
  if (!url || !template)
    throw new Error('no test server: run through vitest --project db or the browser tests');
  return { url, template, runPid: Number(process.env[RUN_VARIABLE]) };
}

/**
 * Starts the embedded server for tests (or takes TEST_DATABASE_URL), makes the template when migrations changed, and
 * returns what ends the run.
 */
export async function startTestServer(log: (line: string) => void): Promise<() => Promise<void>> {
  const external = process.env.TEST_DATABASE_URL || undefined;
  const embedded = external
    ? undefined
    : await startEmbeddedPostgres({
        dataDir: join(dirname(dbDir), '.data', 'test'),
        log,
        // A test database need not outlive the machine; what kill -9 does to Postgres is the same either way.
        settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300', shared_buffers: '256MB' },
      });
  const url = external ?? embedded!.url;
  const template = await makeTemplate(url, log);
  process.env[SERVER_VARIABLE] = url;
  process.env[TEMPLATE_VARIABLE] = template;
  process.env[RUN_VARIABLE] = String(process.pid);
  await dropAbandoned(url);
  return async () => {
    await dropAbandoned(url, process.pid);
    await embedded?.stop();
  };
}

/** Name of a new test database; tells by which run it was made, so that what a killed run left can be dropped. */
export function newDatabaseName(runPid: number): string {
  return `wattkeep_test_${runPid}_${randomBytes(5).toString('hex')}`;
}

/** Address of another database of the same server. */
export function addressOfDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Everything that decides what a migrated database looks like. */
function schemaHash(): string {
  const hash = createHash('sha256');
  const migrations = readdirSync(join(dbDir, 'migrations')).filter((name) => name.endsWith('.sql'));
  const files = [...migrations.map((name) => join('migrations', name)), 'schema/reading.ts', 'timescale.ts'];
  for (const file of files.sort()) hash.update(readFileSync(join(dbDir, file)));
  return hash.digest('hex').slice(0, 12);
}

async function makeTemplate(serverUrl: string, log: (line: string) => void): Promise<string> {
  const name = `wattkeep_template_${schemaHash()}`;
  await onServer(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const known = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (known.rowCount !== 0) return;
    const making = `${name}_making`;
    await client.query(`drop database if exists ${making} with (force)`);
    await client.query(`create database ${making} template template0`);
    const layout = await migrateDatabase(addressOfDatabase(serverUrl, making), {
      log,
      backgroundJobs: false,
    });
    log(`test databases: ${layout.toLowerCase()}`);
    // Background workers of extensions would keep it busy, and a database in use can't be copied.
    await client.query(`alter database ${making} with allow_connections false`);
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [making]);
    await client.query(`alter database ${making} rename to ${name}`);
  });
  return name;
}

/** Drops test databases of runs that are gone, or of the run `onlyPid`. */
async function dropAbandoned(serverUrl: string, onlyPid?: number): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "select datname as name from pg_database where datname like 'wattkeep\\_test\\_%'",
    );
    for (const { name } of rows) {
      const pid = Number(name.split('_')[2]);
      const drop = onlyPid === undefined ? !isRunning(pid) : pid === onlyPid;
      if (drop) await dropDatabase(client, name);
    }
  });
}

/** Drops a database with whoever is still connected to it. */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  try {
    await client.query(`drop database if exists ${name} with (force)`);
  } catch (error) {
    if (pgErrorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    // Only a superuser may end an autovacuum worker by force; a plain drop asks it to leave.
    await client.query(`drop database if exists ${name}`);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs `act` on a connection of its own to the server's maintenance database. */
export async function onServer(url: string, act: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}
