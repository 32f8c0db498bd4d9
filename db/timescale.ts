import type { PgTable } from 'drizzle-orm/pg-core';
import { getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { reading, readingHourly, registerReading } from './schema/reading';
import { VIEWER_ROLE } from './viewerRole';

/**
 * The time series come in two layouts with the same names and columns: native daily partitions on plain Postgres,
 * hypertables with compression, retention and a continuous aggregate where TimescaleDB is present. Which one is found
 * out, never configured, and a database keeps the layout it was given first.
 */
export type TimeSeriesLayout = 'PARTITIONS' | 'HYPERTABLES';

/** Raw readings stay this long: the window for re-rating and disputes. */
export const RAW_READING_DAYS = 90;
/** How far back the continuous aggregate takes in late readings by itself; well inside the retention. */
const ROLLUP_REFRESH_DAYS = 30;

const DAILY_TABLES = [reading, registerReading];

interface ArrangeOptions {
  url: string;
  log: (line: string) => void;
  backgroundJobs: boolean;
}

/** Creates the time series where missing, in the layout that this server allows. Runs outside any transaction. */
export async function arrangeTimeSeries(
  client: pg.Client,
  options: ArrangeOptions,
): Promise<TimeSeriesLayout> {
  let layout = await layoutOf(client);
  if (layout === undefined) {
    layout = (await bringTimescale(client, options)) ? 'HYPERTABLES' : 'PARTITIONS';
    if (layout === 'HYPERTABLES') await createHypertables(client);
    else await createPartitioned(client);
    options.log(`time series laid out as ${layout.toLowerCase()}`);
  }
  for (const table of DAILY_TABLES) await addMissingColumns(client, table);
  // Open to viewers as a whole: compression allows no row security here.
  await client.query(`grant select on reading, register_reading, reading_hourly to ${VIEWER_ROLE}`);
  if (layout === 'HYPERTABLES' && options.backgroundJobs) await addBackgroundJobs(client);
  return layout;
}

/** The layout that a database has, undefined before its first migration. */
export async function layoutOf(client: pg.ClientBase | pg.Pool): Promise<TimeSeriesLayout | undefined> {
  const { rows } = await client.query<{ table: string; kind: string }>(
    `select relname as table, relkind as kind from pg_class
      where relnamespace = 'public'::regnamespace and relname in ('reading', 'reading_hourly')`,
  );
  const kindOf = new Map(rows.map((row) => [row.table, row.kind]));
  // reading_hourly is made last, so without it an interrupted first run starts over.
  if (!kindOf.has('reading_hourly')) return undefined;
  return kindOf.get('reading') === 'p' ? 'PARTITIONS' : 'HYPERTABLES';
}

/** Installs the extension if this server has it; tried on a connection of its own, which a refusal may cost. */
async function bringTimescale(client: pg.Client, { url, log }: ArrangeOptions): Promise<boolean> {
  const available = await client.query("select 1 from pg_available_extensions where name = 'timescaledb'");
  if (available.rowCount === 0) return false;
  const apart = new pg.Client(url);
  apart.on('error', () => undefined);
  try {
    await apart.connect();
    await apart.query("set client_min_messages = 'warning'");
    await apart.query('create extension if not exists timescaledb');
    return true;
  } catch (error) {
    log(`timescaledb is installed but not usable (${(error as Error).message}); using native partitions`);
    return false;
  } finally {
    await apart.end().catch(() => undefined);
  }
}

async function createPartitioned(client: pg.Client): Promise<void> {
  for (const table of DAILY_TABLES) await client.query(`${createTable(table)} partition by range (ts)`);
  // The roll-up's newest rows are rewritten by every batch: room on the page keeps those updates in place.
  await client.query(`${createTable(readingHourly)} with (fillfactor = 70)`);
}

async function createHypertables(client: pg.Client): Promise<void> {
  // A session that was open before the extension came has not loaded it yet.
  await client.query('select extversion from pg_extension');
  for (const table of DAILY_TABLES) {
    const { name } = getTableConfig(table);
    await client.query(createTable(table));
    await client.query(
      `select create_hypertable('${name}', by_range('ts', interval '1 day'),
                                create_default_indexes => false, if_not_exists => true)`,
    );
  }
  await client.query(
    "alter table reading set (timescaledb.compress, timescaledb.compress_segmentby = 'meter_id', timescaledb.compress_orderby = 'ts')",
  );
  await client.query(
    "alter table register_reading set (timescaledb.compress, timescaledb.compress_segmentby = 'meter_id, channel', timescaledb.compress_orderby = 'ts')",
  );
  // Real-time: what the aggregate has not taken in yet is added from the readings when asked. Buckets are (h, h + 1 h],
  // like the roll-up of plain Postgres: an interval belongs to the hour in which it ends.
  const bucket = `time_bucket(interval '1 hour', ts, "offset" => interval '1 microsecond')`;
  await client.query(`
    create materialized view if not exists reading_hourly
      with (timescaledb.continuous, timescaledb.materialized_only = false) as
    select meter_id,
           ${bucket} - interval '1 microsecond' as hour,
           coalesce(sum(quantity_micro), 0)::bigint as quantity_micro,
           avg(power_w) as power_mean_w,
           max(power_w) as power_max_w,
           count(*)::integer as readings,
           min(ts) as first_ts,
           max(ts) as last_ts
      from reading
     where quality in (0, 3, 4)
     group by meter_id, ${bucket}
      with no data`);
}

/**
 * Compression after three days (late readings still enter compressed chunks, only slower), retention, and the upkeep
 * of the hourly roll-up. The refresh window ends well inside the retention, so that dropping raw readings never
 * empties the roll-up.
 */
async function addBackgroundJobs(client: pg.Client): Promise<void> {
  for (const name of ['reading', 'register_reading']) {
    await client.query(`select add_compression_policy('${name}', interval '3 days', if_not_exists => true)`);
    await client.query(
      `select add_retention_policy('${name}', interval '${RAW_READING_DAYS} days', if_not_exists => true)`,
    );
  }
  await client.query(`
    select add_continuous_aggregate_policy('reading_hourly', start_offset => interval '${ROLLUP_REFRESH_DAYS} days',
      end_offset => interval '1 hour', schedule_interval => interval '15 minutes', if_not_exists => true)`);
}

/** `create table` with the columns and the primary key that db/schema declares, so that both layouts agree with it. */
function createTable(table: PgTable): string {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const key = primaryKeys[0]!.columns.map((column) => column.name).join(', ');
  return `create table if not exists ${name} (${columns.map(columnDefinition).join(', ')}, primary key (${key}))`;
}

type Column = ReturnType<typeof getTableConfig>['columns'][number];

function columnDefinition(column: Column): string {
  const fallback = column.hasDefault ? ` default ${column.default}` : '';
  return `${column.name} ${column.getSQLType()}${column.notNull ? ' not null' : ''}${fallback}`;
}

/** Columns that a newer version of the schema added. */
async function addMissingColumns(client: pg.Client, table: PgTable): Promise<void> {
  const { name, columns } = getTableConfig(table);
  const { rows } = await client.query<{ name: string }>(
    'select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped',
    [name],
  );
  const present = new Set(rows.map((row) => row.name));
  for (const column of columns) {
    if (!present.has(column.name))
      await client.query(`alter table ${name} add column ${columnDefinition(column)}`);
  }
}
