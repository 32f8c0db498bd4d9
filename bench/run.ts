import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_METERS } from '../simulator/plan/campusPlan';
import { measureAlarmLatency } from './alarmLatency';
import { measureDetection } from './detection/measureDetection';
import { measureStreaming } from './detection/measureStreaming';
import { startEnvironment } from './environment';
import { measureIngest } from './ingest';
import { measureLatency } from './latency';
import { measureLedger } from './ledger';
import { measureLiveFanout } from './liveFanout';
import { idleShare } from './processorTime';
import { type BenchResults, reportOf } from './report';
import { measureTopUp } from './topUp';

/** All figures in one run, since only ratios of one run say anything. bench/README.md says how each is measured. */

const { values: options } = parseArgs({
  options: {
    /** Fewer and shorter runs, to see that everything works. */
    quick: { type: 'boolean', default: false },
    /** Some of ingest, latency, topUp, alarms, live, ledger; or detection or streaming alone. */
    only: { type: 'string' },
    meters: { type: 'string' },
    /** Length of the month on which detection is scored. */
    days: { type: 'string', default: '30' },
    /** Score the rules over closed hours alone. */
    hours: { type: 'boolean', default: false },
    /** Share of the meters that are read on every day of that month; the others only around their incidents. */
    calm: { type: 'string', default: '1' },
    /** Sizes of the ledgers to verify, in entries; 10000000 is possible as well. */
    entries: { type: 'string', default: '10000,100000,1000000' },
  },
});

const RESULTS = join(import.meta.dirname, 'results.json');
const BENCH_METERS = 10_000;
const STREAMED_METERS = 100_000;
const POOR_ROOMS = 300;
const LOADED_ROOMS = 600;
const LOADED_ROOMS_QUICK = 200;
const LIVE_CLIENTS = 1_000;
/** Below this share of idle processor time the figures describe the machine's other work as well. */
const IDLE_ENOUGH = 0.9;

const log = (line: string) => process.stdout.write(`${line}\n`);
const sizes = () => options.entries.split(',').map(Number);
const wanted = (name: string) => options.only === undefined || options.only.split(',').includes(name);

async function main(): Promise<void> {
  if (options.only === 'ledger') {
    const figures = await measureLedger(sizes(), log);
    for (const row of figures) log(JSON.stringify(row));
    return;
  }
  if (options.only === 'detection') {
    await measureDetection(
      Number(options.meters ?? DEFAULT_METERS),
      Number(options.days),
      { hoursOnly: options.hours, calmShare: Number(options.calm) },
      log,
    );
    return;
  }
  if (options.only === 'streaming') {
    await measureStreaming(Number(options.meters ?? STREAMED_METERS), log);
    return;
  }
  const idle = await idleShare(3_000);
  if (idle < IDLE_ENOUGH)
    log(`the machine is ${Math.round(idle * 100)} % idle: rates and times suffer, ratios less so`);
  const loaded = options.quick ? LOADED_ROOMS_QUICK : LOADED_ROOMS;
  const meters = Number(options.meters ?? BENCH_METERS);
  const env = await startEnvironment(meters, { poor: POOR_ROOMS, loaded }, log);
  try {
    const seconds = options.quick ? 6 : 20;
    const results: BenchResults = {
      measuredAt: new Date().toISOString(),
      machine: {
        processors: cpus().length,
        memoryGib: Math.round(totalmem() / 2 ** 30),
        model: cpus()[0]?.model ?? 'unknown',
        node: process.versions.node,
        database: env.about,
        idlePercent: Math.round(idle * 100),
      },
      meters: env.meters,
    };
    if (wanted('ingest')) {
      log('ingest beside raw COPY');
      results.ingest = await measureIngest(env, { repeats: options.quick ? 1 : 5, seconds, log });
    }
    if (wanted('latency')) {
      results.latency = [];
      for (const [form, rate] of [
        ['GATEWAY', 2_000],
        ['SINGLE', 2_000],
        ['GATEWAY', 10_000],
        ['SINGLE', 10_000],
      ] as const) {
        log(`latency at ${rate} readings/s, ${form}`);
        results.latency.push(await measureLatency(env, form, rate, seconds * 1.5));
      }
    }
    if (wanted('topUp')) {
      log('top-up to relay');
      results.topUp = await measureTopUp(env, POOR_ROOMS);
    }
    if (wanted('alarms')) {
      log('reading to alarm and command');
      results.alarms = await measureAlarmLatency(env, meters + POOR_ROOMS, loaded);
    }
    if (wanted('live')) {
      log(`${LIVE_CLIENTS} live clients`);
      results.live = await measureLiveFanout(env, LIVE_CLIENTS, seconds);
    }
    if (wanted('ledger')) {
      log('ledger verification');
      results.ledger = await measureLedger(options.quick ? [20_000] : sizes(), log);
    }
    if (!options.quick && options.only === undefined)
      writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
    log(`\n${reportOf(results)}`);
  } finally {
    await env.stop();
  }
}

await main();
