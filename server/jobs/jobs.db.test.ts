import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listJobRuns } from '../../db/queries/jobs';
import { checkpointKey, newCheckpointKey } from '../../engine/checkpointKey';
import { silentLog } from '../../engine/context';
import { refreshTimeLeft } from '../../engine/refreshTimeLeft';
import { createMetrics } from '../metrics';
import { Providers } from '../payments/providers';
import { NO_PAYMENT_SETTINGS } from '../payments/settings';
import { startTestServer, type TestServer } from '../testing/startTestServer';
import { allJobs } from './allJobs';
import type { Job, JobDeps } from './job';
import { ExclusiveRunner } from './runExclusively';
import { startJobs } from './schedule';

/** Waits for a condition with room for a busy machine. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000 });

let test: TestServer;
let deps: JobDeps;

beforeAll(async () => {
  test = await startTestServer();
  const ledgerSigningKey = newCheckpointKey();
  deps = {
    database: test.database,
    engine: { clock: test.clock, log: silentLog },
    checkpointKey: checkpointKey(ledgerSigningKey),
    ledgerSigningKey,
    checkpointDir: null,
    providers: new Providers(NO_PAYMENT_SETTINGS, 'http://localhost:3000', test.clock),
    deliveries: { takeDue: async () => undefined },
  };
});

afterAll(() => test?.stop());

/** A job that is under way until `end`. */
async function hold(runner: ExclusiveRunner, job: string) {
  let end = () => {};
  let running: Promise<boolean> | undefined;
  await new Promise<void>((begun) => {
    running = runner.run(job, () => {
      begun();
      return new Promise<void>((resolve) => (end = resolve));
    });
  });
  return { running: running!, end };
}

describe('a job runs on one server of the cluster at a time', () => {
  it('and on the next as soon as the first is done', async () => {
    const first = new ExclusiveRunner(test.database.url);
    const second = new ExclusiveRunner(test.database.url);
    const { running, end } = await hold(first, 'a');
    expect(await second.run('a', async () => {})).toBe(false);
    expect(await second.run('b', async () => {})).toBe(true);
    end();
    expect(await running).toBe(true);
    expect(await second.run('a', async () => {})).toBe(true);
    await first.close();
    await second.close();
  });

  it('and is free again when the server that ran it is cut off', async () => {
    const first = new ExclusiveRunner(test.database.url);
    const second = new ExclusiveRunner(test.database.url);
    const { running, end } = await hold(first, 'c');
    expect(await second.run('c', async () => {})).toBe(false);
    await test.database.pool.query(
      `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
        where l.locktype = 'advisory' and d.datname = current_database()`,
    );
    await eventually(async () => expect(await second.run('c', async () => {})).toBe(true));
    end();
    await running;
    expect(await first.run('c', async () => {})).toBe(true);
    await first.close();
    await second.close();
  });
});

async function openJobAlarms() {
  const { rows } = await test.database.pool.query<{ active: boolean; evidence: { job: string } }>(
    "select active, evidence from alarm where rule = 'JOB_FAILED' and ended_ms is null",
  );
  return rows;
}

describe('a job that fails', () => {
  it('says so in its run and in an alarm, which returns with the next success', async () => {
    let broken = true;
    const job: Job = {
      name: 'probe',
      everyMs: 30,
      async run() {
        if (broken) throw new Error('no ink');
      },
    };
    const schedule = startJobs([job], deps, createMetrics());
    await eventually(async () =>
      expect(await openJobAlarms()).toMatchObject([{ active: true, evidence: { job: 'probe' } }]),
    );
    expect(await listJobRuns(test.database)).toContainEqual(
      expect.objectContaining({ job: 'probe', error: 'no ink' }),
    );
    broken = false;
    await eventually(async () => expect(await openJobAlarms()).toMatchObject([{ active: false }]));
    await eventually(async () =>
      expect(await listJobRuns(test.database)).toContainEqual(
        expect.objectContaining({ job: 'probe', error: null }),
      ),
    );
    await schedule.stop();
  });

  it('does not raise an alarm for one stumble of a frequent job', async () => {
    await test.database.pool.query("update alarm set ended_ms = 1 where rule = 'JOB_FAILED'");
    let runs = 0;
    const job: Job = {
      name: 'stumble',
      everyMs: 20,
      async run() {
        runs += 1;
        if (runs === 1) throw new Error('once');
      },
    };
    const schedule = startJobs([job], deps, createMetrics());
    await eventually(() => expect(runs).toBeGreaterThan(3));
    await schedule.stop();
    expect(await openJobAlarms()).toEqual([]);
  });

  it('that another server began lately is not due', async () => {
    let runs = 0;
    const slow: Job = {
      name: 'slow',
      everyMs: 3_600_000,
      async run() {
        runs += 1;
      },
    };
    const first = startJobs([slow], deps, createMetrics());
    await eventually(() => expect(runs).toBe(1));
    await first.stop();
    const probe: Job = {
      name: 'after',
      everyMs: 20,
      async run() {
        runs += 100;
      },
    };
    const second = startJobs([slow, probe], deps, createMetrics());
    await eventually(() => expect(runs).toBeGreaterThan(300));
    await second.stop();
    expect(runs % 100).toBe(1);
  });
});

describe('jobs of one period', () => {
  const noted = (name: string, starts: number[]): Job => ({
    name,
    everyMs: 400,
    async run() {
      starts.push(performance.now());
    },
  });

  it('begin together at a start, and one after the other from then on', async () => {
    const [ones, others]: [number[], number[]] = [[], []];
    const schedule = startJobs([noted('one', ones), noted('other', others)], deps, createMetrics());
    // Half a period apart, unless the machine is late.
    await eventually(() =>
      expect(ones.slice(1).some((at) => others.slice(1).every((other) => Math.abs(other - at) > 100))).toBe(
        true,
      ),
    );
    await schedule.stop();
  });
});

it('what takes long hears that the server stops', async () => {
  let runs = 0;
  const long: Job = {
    name: 'long',
    everyMs: 1_000,
    run: (_deps, stopping) => {
      runs += 1;
      return new Promise((resolve) => stopping.addEventListener('abort', () => resolve()));
    },
  };
  const schedule = startJobs([long], deps, createMetrics());
  await eventually(() => expect(runs).toBe(1));
  await schedule.stop();
  const { engine } = deps;
  expect(await refreshTimeLeft(test.database, engine, { rests: AbortSignal.abort() })).toEqual({
    refreshed: 0,
  });
  expect((await refreshTimeLeft(test.database, engine)).refreshed).toBeGreaterThan(0);
});

it('every job of the product does its round on a campus in use', async () => {
  for (const job of allJobs(test.clock.now()))
    await expect(job.run(deps, new AbortController().signal), job.name).resolves.toBeUndefined();
  const { rows } = await test.database.pool.query('select n from ledger_checkpoint');
  expect(rows).toEqual([{ n: 1 }]);
});
