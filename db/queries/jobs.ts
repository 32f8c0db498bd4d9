import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { selectRows } from './rows';
import type { Source } from './scope';

/** First half of the advisory lock's key pair; the second is the job's name. */
const JOB_LOCK = 7_216_020;

/** Takes the cluster-wide lock of a job if nobody holds it. It belongs to this connection and ends with it. */
export async function tryJobLock(client: pg.ClientBase, job: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    'select pg_try_advisory_lock($1, hashtext($2)) as taken',
    [JOB_LOCK, job],
  );
  return rows[0]?.taken === true;
}

export async function releaseJobLock(client: pg.ClientBase, job: string): Promise<void> {
  await client.query('select pg_advisory_unlock($1, hashtext($2))', [JOB_LOCK, job]);
}

/** Newest run of each job. */
export interface JobRunRow {
  job: string;
  startedMs: number;
  finishedMs: number | null;
  error: string | null;
}

/** Stores the newest run of a job; `finishedMs` null while it runs. */
export async function recordJobRun(source: Source, run: JobRunRow): Promise<void> {
  await source.db.execute(sql`insert into job_run (job, started_ms, finished_ms, error)
    values (${run.job}, ${run.startedMs}::bigint, ${run.finishedMs}::bigint, ${run.error})
    on conflict (job) do update set started_ms = excluded.started_ms, finished_ms = excluded.finished_ms,
      error = excluded.error`);
}

export async function listJobRuns(source: Source): Promise<JobRunRow[]> {
  return selectRows<JobRunRow>(
    source,
    sql`select job, started_ms::float8 as "startedMs", finished_ms::float8 as "finishedMs", error
      from job_run order by job`,
  );
}

/** Campuses, for what must be said at each: a failed job stands at the site. */
export async function listCampusIds(source: Source): Promise<number[]> {
  const rows = await selectRows<{ id: number }>(source, sql`select id from campus order by id`);
  return rows.map((r) => r.id);
}

/** Accounts that were credited or told of a low balance in (sinceMs, untilMs]: their forecast is out of date. */
export async function accountsToForecast(
  source: Source,
  sinceMs: number,
  untilMs: number,
): Promise<number[]> {
  const rows = await selectRows<{ id: number }>(
    source,
    sql`select account_id as id from payment
         where accepted_at > ${new Date(sinceMs)} and accepted_at <= ${new Date(untilMs)}
        union
        select account_id as id from notice
         where account_id is not null and kind not like 'ALARM%' and at_ms > ${sinceMs}::bigint and at_ms <= ${untilMs}::bigint`,
  );
  return rows.map((r) => r.id);
}
