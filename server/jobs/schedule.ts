import { pgErrorCode, withTransaction } from '../../db/client';
import { type JobRunRow, listCampusIds, listJobRuns, recordJobRun } from '../../db/queries/jobs';
import { applyAlarmSignal } from '../../engine/applyAlarmEvent';
import type { ServerMetrics } from '../metrics';
import type { Job, JobDeps } from './job';
import { ExclusiveRunner } from './runExclusively';

/** Runs of jobs that are due more often than this are stored only so often, unless their result changes. */
const RECORD_MS = 30_000;
/** A frequent job may stumble once (a database that restarts); the second time in a row is a failure worth a person. */
const FREQUENT_MS = 60_000;
/** Servers start at different moments; a job that another one began this lately is not due yet. */
const DUE_SHARE = 0.9;

/** Their periods are multiples of seconds, and they begin together: after their first run they are spread over this time, or their period. */
const SPREAD_MS = 5_000;

interface Progress {
  failuresInARow: number;
  recordedMs: number | null;
  recordedError: string | null;
  /** By how much the next pause is longer, so that the jobs come one after the other, ms. */
  apartMs: number;
}

export interface JobSchedule {
  /** Stops starting jobs and waits for those that run. */
  stop(): Promise<void>;
}

/**
 * Runs each job at once and then every `everyMs`, on one server of the cluster at a time. A run that fails is logged, stored
 * in `job_run` and told in the alarm JOB_FAILED; a later success takes the alarm back.
 */
export function startJobs(
  jobs: readonly Job[],
  deps: JobDeps,
  metrics: Pick<ServerMetrics, 'jobEnded'>,
): JobSchedule {
  const runner = new ExclusiveRunner(deps.database.url);
  const failing = new Set<string>();
  const timers = new Map<Job, ReturnType<typeof setTimeout>>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const begin = (job: Job, progress: Progress, waitMs: number) => {
    if (stopping.signal.aborted) return;
    timers.set(
      job,
      setTimeout(() => {
        const startedAt = performance.now();
        const run = runner
          .run(job.name, () => runOnce(job, deps, metrics, failing, progress, stopping.signal))
          .then(() => undefined)
          .catch((error: unknown) =>
            deps.engine.log.warn({ err: error, job: job.name }, 'job could not be started'),
          )
          .then(() => {
            running.delete(run);
            const apartMs = progress.apartMs;
            progress.apartMs = 0;
            begin(job, progress, Math.max(0, job.everyMs + apartMs - (performance.now() - startedAt)));
          });
        running.add(run);
      }, waitMs),
    );
  };
  for (const [at, job] of jobs.entries()) {
    const apartMs = (Math.min(job.everyMs, SPREAD_MS) * at) / jobs.length;
    begin(job, { failuresInARow: 0, recordedMs: null, recordedError: null, apartMs }, job.firstAfterMs ?? 0);
  }

  return {
    async stop() {
      stopping.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running);
      await runner.close();
    },
  };
}

async function runOnce(
  job: Job,
  deps: JobDeps,
  metrics: Pick<ServerMetrics, 'jobEnded'>,
  failing: Set<string>,
  progress: Progress,
  stopping: AbortSignal,
): Promise<void> {
  const { clock, log } = deps.engine;
  const frequent = job.everyMs < FREQUENT_MS;
  const startedMs = clock.now();
  if (!frequent) {
    if (!(await isDue(job, deps, startedMs))) return;
    await recordJobRun(deps.database, { job: job.name, startedMs, finishedMs: null, error: null });
  }
  const startedAt = performance.now();
  let failure: string | null = null;
  try {
    await job.run(deps, stopping);
    progress.failuresInARow = 0;
  } catch (error) {
    failure = wordsOf(error);
    progress.failuresInARow += 1;
    log.error({ err: error, job: job.name }, 'job failed');
  }
  metrics.jobEnded(job.name, failure === null, (performance.now() - startedAt) / 1_000, clock.now());
  await tell(
    job,
    deps,
    { job: job.name, startedMs, finishedMs: clock.now(), error: failure },
    progress,
    frequent,
  );
  if (failure === null ? failing.has(job.name) : !frequent || progress.failuresInARow >= 2) {
    await raiseOrReturn(job, deps, failure, failing);
  }
}

/** What failed, in words that screens may show: errors of the database quote values, so only their code is kept. */
function wordsOf(error: unknown): string {
  const code = pgErrorCode(error);
  if (code !== undefined) return `database error ${code}`;
  return error instanceof Error ? error.message : String(error);
}

/** Whether nobody began the job within nearly its period. A clock that was set back makes it due. */
async function isDue(job: Job, deps: JobDeps, nowMs: number): Promise<boolean> {
  const last = (await listJobRuns(deps.database)).find((run) => run.job === job.name);
  if (!last || last.error !== null || last.finishedMs === null) return true;
  const elapsedMs = nowMs - last.startedMs;
  return elapsedMs < 0 || elapsedMs >= job.everyMs * DUE_SHARE;
}

async function tell(
  job: Job,
  deps: JobDeps,
  run: JobRunRow,
  progress: Progress,
  frequent: boolean,
): Promise<void> {
  const changed = run.error !== progress.recordedError;
  const now = performance.now();
  if (frequent && !changed && progress.recordedMs !== null && now - progress.recordedMs < RECORD_MS) return;
  await recordJobRun(deps.database, run).catch((error: unknown) =>
    deps.engine.log.warn({ err: error, job: job.name }, 'run of job not stored'),
  );
  progress.recordedMs = now;
  progress.recordedError = run.error;
}

/** One alarm per campus stands for all failing jobs: its evidence names the newest, and it returns with the last. */
async function raiseOrReturn(
  job: Job,
  deps: JobDeps,
  failure: string | null,
  failing: Set<string>,
): Promise<void> {
  if (failure === null) failing.delete(job.name);
  else failing.add(job.name);
  if (failure === null && failing.size > 0) return;
  const nowMs = deps.engine.clock.now();
  try {
    for (const campusId of await listCampusIds(deps.database)) {
      await withTransaction(deps.database, (tx) =>
        applyAlarmSignal(tx, nowMs, {
          rule: 'JOB_FAILED',
          subject: { campusId, type: 'SITE', id: campusId, spaceId: null },
          kind: failure === null ? 'RETURN' : 'RAISE',
          atMs: nowMs,
          evidence: { job: job.name, ...(failure === null ? {} : { error: failure.slice(0, 500) }) },
        }),
      );
    }
  } catch (error) {
    deps.engine.log.error({ err: error, job: job.name }, 'alarm of a job could not be told');
  }
}
