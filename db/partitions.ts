import type pg from 'pg';
import type { Database } from './client';
import { layoutOf, type TimeSeriesLayout } from './timescale';

/** Daily partitions of the time series on plain Postgres; with TimescaleDB everything here is the extension's work. */

const TABLES = ['reading', 'register_reading'];
const DAY_MS = 86_400_000;
const PARTITION_LOCK = 7_216_003;
/** Another process may drop what is old, so what was seen is believed for a while only. */
const BELIEVED_FOR_MS = 60_000;

interface Seen {
  layout: TimeSeriesLayout | undefined;
  /** Day number to the time (monotonic ms) until which its partitions are taken to exist. */
  days: Map<number, number>;
}

const seenBy = new WeakMap<pg.Pool, Seen>();

/**
 * Makes the partitions that readings of these instants (ms UTC) need. Call it before the transaction that stores them:
 * it works on a connection of its own and blocks no writer. Costs nothing for days known from a minute ago.
 */
export async function ensurePartitions(database: Database, instantsMs: Iterable<number>): Promise<void> {
  const seen = seenBy.get(database.pool) ?? { layout: undefined, days: new Map() };
  seenBy.set(database.pool, seen);
  if (seen.layout === 'HYPERTABLES') return;
  const asked = new Set<number>();
  for (const instantMs of instantsMs) asked.add(Math.floor(instantMs / DAY_MS));
  const now = performance.now();
  const unknown = [...asked].filter((day) => !((seen.days.get(day) ?? 0) > now));
  if (unknown.length === 0) return;
  seen.layout ??= await layoutOf(database.pool);
  if (seen.layout === 'HYPERTABLES') return;
  await makeMissing(database.pool, unknown);
  for (const day of unknown) seen.days.set(day, now + BELIEVED_FOR_MS);
}

/** True where ingestion keeps `reading_hourly` itself; with TimescaleDB a continuous aggregate of that name does. */
export async function maintainsHourly(database: Database): Promise<boolean> {
  const seen = seenBy.get(database.pool) ?? { layout: undefined, days: new Map() };
  seenBy.set(database.pool, seen);
  seen.layout ??= await layoutOf(database.pool);
  return seen.layout !== 'HYPERTABLES';
}

/** Makes the partitions of every day from `fromMs` to `toMs` (ms UTC), both included. */
export function ensurePartitionRange(database: Database, fromMs: number, toMs: number): Promise<void> {
  const instants: number[] = [];
  for (let day = Math.floor(fromMs / DAY_MS); day <= Math.floor(toMs / DAY_MS); day++)
    instants.push(day * DAY_MS);
  return ensurePartitions(database, instants);
}

/**
 * Drops the partitions that end at or before `beforeMs` (ms UTC) and returns their names. Each in a transaction of its
 * own, detached first, so that a long query delays the drop and never a writer.
 */
export async function dropPartitionsBefore(database: Database, beforeMs: number): Promise<string[]> {
  if ((await layoutOf(database.pool)) !== 'PARTITIONS') return [];
  const lastDay = Math.floor(beforeMs / DAY_MS) - 1;
  const { rows } = await database.pool.query<{ parent: string; name: string }>(
    `select p.relname as parent, c.relname as name
       from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_class c on c.oid = i.inhrelid
      where p.relname = any($1) and p.relnamespace = 'public'::regnamespace order by c.relname`,
    [TABLES],
  );
  const old = rows.filter(({ parent, name }) => name <= partitionName(parent, lastDay));
  for (const { parent, name } of old) {
    await database.pool.query(`alter table ${parent} detach partition ${name} concurrently`);
    await database.pool.query(`drop table ${name}`);
  }
  seenBy.get(database.pool)?.days.clear();
  return old.map(({ name }) => name);
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function partitionName(table: string, day: number): string {
  return `${table}_${dateOf(day).replaceAll('-', '')}`;
}

async function makeMissing(pool: pg.Pool, days: readonly number[]): Promise<void> {
  const wanted = TABLES.flatMap((table) =>
    days.map((day) => ({ table, day, name: partitionName(table, day) })),
  );
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_class c
      where c.relname = any($1) and c.relispartition and c.relnamespace = 'public'::regnamespace`,
    [wanted.map((partition) => partition.name)],
  );
  const present = new Set(rows.map((row) => row.name));
  const missing = wanted.filter((partition) => !present.has(partition.name));
  if (missing.length === 0) return;
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
    for (const { table, day, name } of missing) {
      const exists = await client.query(
        "select 1 from pg_class where relname = $1 and relnamespace = 'public'::regnamespace",
        [name],
      );
      if (exists.rowCount !== 0) continue;
      // Made apart and then attached: `create ... partition of` would wait for, and block, every writer.
      await client.query(`create table ${name} (like ${table} including defaults including constraints)`);
      await client.query(
        `alter table ${table} attach partition ${name} for values from ('${dateOf(day)} 00:00+00') to ('${dateOf(day + 1)} 00:00+00')`,
      );
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch((e: Error) => {
      broken = e;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
