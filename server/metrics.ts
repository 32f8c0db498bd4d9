import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the live part counts. */
export interface LiveCounters {
  frame(rows: number, lagMs: number): void;
  commandEnded(state: string): void;
}

/** Figures that are read with each scrape, not counted. */
export interface ScrapedFigures {
  readonly sockets: number;
  readonly poolTotal: number;
  readonly poolIdle: number;
  readonly poolWaiting: number;
}

/** Figures of this process for Prometheus. A registry of its own, so that several servers of a test don't mix. */
export interface ServerMetrics extends LiveCounters {
  request(part: string, method: string, status: number, seconds: number): void;
  jobEnded(job: string, ok: boolean, seconds: number, atMs: number): void;
  /** The text that Prometheus reads. */
  scrape(figures: ScrapedFigures): Promise<string>;
}

/** Content type of `scrape`. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

export function createMetrics(): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const readings = new Counter({
    name: 'wattkeep_live_readings_total',
    help: 'Readings seen in live frames',
    registers,
  });
  const frames = new Counter({ name: 'wattkeep_live_frames_total', help: 'Live frames seen', registers });
  const lag = new Gauge({
    name: 'wattkeep_ingest_lag_seconds',
    help: 'Age of the oldest reading in the newest frame, from arrival at the bridge',
    registers,
  });
  const requests = new Histogram({
    name: 'wattkeep_http_request_seconds',
    help: 'Duration of requests by part of the server',
    labelNames: ['part', 'method', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const commands = new Counter({
    name: 'wattkeep_commands_ended_total',
    help: 'Commands that ended, by final state',
    labelNames: ['state'],
    registers,
  });
  const jobs = new Counter({
    name: 'wattkeep_job_runs_total',
    help: 'Runs of jobs by result',
    labelNames: ['job', 'result'],
    registers,
  });
  const jobSeconds = new Gauge({
    name: 'wattkeep_job_last_seconds',
    help: 'Duration of the newest run',
    labelNames: ['job'],
    registers,
  });
  const jobSuccess = new Gauge({
    name: 'wattkeep_job_last_success_timestamp_seconds',
    help: 'End of the newest run that succeeded',
    labelNames: ['job'],
    registers,
  });
  const sockets = new Gauge({ name: 'wattkeep_sockets', help: 'Open live sockets', registers });
  const pool = new Gauge({
    name: 'wattkeep_database_connections',
    help: 'Connections of the pool',
    labelNames: ['state'],
    registers,
  });

  return {
    frame(rows, lagMs) {
      frames.inc();
      readings.inc(rows);
      lag.set(lagMs / 1_000);
    },
    request: (part, method, status, seconds) => requests.observe({ part, method, status }, seconds),
    commandEnded: (state) => commands.inc({ state }),
    jobEnded(job, ok, seconds, atMs) {
      jobs.inc({ job, result: ok ? 'ok' : 'failed' });
      jobSeconds.set({ job }, seconds);
      if (ok) jobSuccess.set({ job }, atMs / 1_000);
    },
    scrape(figures) {
      sockets.set(figures.sockets);
      pool.set({ state: 'total' }, figures.poolTotal);
      pool.set({ state: 'idle' }, figures.poolIdle);
      pool.set({ state: 'waiting' }, figures.poolWaiting);
      return registry.metrics();
    },
  };
}
