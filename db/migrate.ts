import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { arrangeTimeSeries, type TimeSeriesLayout } from './timescale';
import { ensureViewerRole } from './viewerRole';

/** Any constant does, as long as every version of the product takes the same one. */
const MIGRATION_LOCK = 7_216_002;
const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

export interface MigrationOptions {
  /** One line per event worth telling. */
  log: (line: string) => void;
  /**
   * False leaves out the database's own background jobs (TimescaleDB only): tests live at other times than the
   * database's clock, so its retention would take their readings away. Default true.
   */
  backgroundJobs?: boolean;
}

/**
 * Brings a database to the newest schema: the viewer's role, the versioned migrations in one transaction, then, outside
 * it, the layout of the time series. Safe to run from several machines at once: the others wait and then find nothing left to do.
 * @param url Postgres 15 or newer, with or without TimescaleDB, as a role that may create tables and extensions there
 * @throws Error with the line to run where the viewer's role is missing and this role may not create it
 */
export async function migrateDatabase(url: string, options: MigrationOptions): Promise<TimeSeriesLayout> {
  if (!existsSync(MIGRATIONS)) throw new Error(`no migrations at ${MIGRATIONS}`);
  const client = new pg.Client({ connectionString: url, application_name: 'wattkeep migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // "already exists, skipping" of the migrator's own tables is no news.
    await client.query("set client_min_messages = 'warning'");
    await ensureViewerRole(client);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
    return await arrangeTimeSeries(client, {
      url,
      log: options.log,
      backgroundJobs: options.backgroundJobs ?? true,
    });
  } finally {
    await client.end();
  }
}
