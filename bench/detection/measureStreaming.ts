import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDb, type Database } from '../../db/client';
import { migrateDatabase } from '../../db/migrate';
import { emptySample } from '../../domain/detection/meterSample';
import type { MeterSample } from '../../domain/detection/streamingRule';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { ingestReadings } from '../../engine/ingestReadings';
import type { IncomingReading } from '../../engine/ingestTypes';
import { freshRegistry, type MeterEntry } from '../../engine/registry';
import { rulesFor } from '../../engine/streamRules';
import { unit } from '../../simulator/random';
import { benchCampus, gatewayCode, gatewayOf, meterCode, SITE } from '../benchCampus';
import { openDatabase } from '../environment';

const START_MS = Date.UTC(2026, 7, 9, 16);
const INTERVAL_MS = 10_000;
const MINUTE_MS = 60_000;
/** Rounds in which every meter says one reading: calm, then one meter in a hundred disturbed, then all, then calm again. */
const CALM_ROUNDS = 30;
const HOT_ROUNDS = 12;
const COOL_ROUNDS = 40;
const BATCH = 1_000;
const INGESTED_ROUNDS = 2;
const MIB = 2 ** 20;

/** Per meter what the engine keeps with it: its rule states, or null, and what it said last. */
interface Held {
  readonly entry: MeterEntry;
  detection: Record<string, unknown> | null;
  lastMs: number | null;
  powerW: number;
  voltageV: number;
  currentA: number;
}

/**
 * Streaming detection over a campus of `meters` rooms, in one pass: how much memory the configuration and the rule states take for a
 * meter, that they take no more with the number of readings, and how many readings a second one core judges.
 */
export async function measureStreaming(meters: number, log: (line: string) => void): Promise<void> {
  const opened = await openDatabase(log);
  const database = createDb(opened.url, 2, 'wattkeep bench streaming');
  try {
    await migrateDatabase(opened.url, { log: () => undefined });
    const startedMs = performance.now();
    const imported = await importCampus(
      database,
      { clock: new FixedClock(START_MS), log: silentLog },
      benchCampus(meters),
      { actor: 'bench' },
    );
    if (!imported.applied) {
      const errors = imported.rows.flatMap((row) => row.errors).slice(0, 3);
      throw new Error(`the campus was not imported: ${JSON.stringify(errors)}`);
    }
    log(`${meters} meters imported in ${seconds(performance.now() - startedMs)}`);
    const before = heapBytes();
    const registry = await freshRegistry(database);
    const after = heapBytes();
    log(`configuration: ${perMeter(after - before, meters)}`);
    const fleet = [...registry.meters.values()].map(
      (entry): Held => ({
        entry,
        detection: null,
        lastMs: null,
        powerW: 0,
        voltageV: 0,
        currentA: 0,
      }),
    );
    const empty = heapBytes();
    for (const { entry } of fleet) rulesFor(registry, entry, entry.point!);
    log(`rules bound: ${perMeter(heapBytes() - empty, meters)}, shared by meters of one kind`);
    const run = new Run(registry, fleet);
    const bound = heapBytes();
    const tell = (what: string, rounds: number, share: number) => {
      const { ms, readings, raised, returned } = run.rounds(rounds, share);
      log(
        `${what}: ${Math.round((1_000 * readings) / ms)} readings/s, states ${perMeter(heapBytes() - bound, meters)}` +
          ` (${run.held()} meters hold any), ${raised} raised, ${returned} returned`,
      );
    };
    tell(`calm, ${CALM_ROUNDS} readings each`, CALM_ROUNDS, 0);
    tell('one meter in a hundred disturbed', HOT_ROUNDS, 0.01);
    tell(`calm again, ${COOL_ROUNDS} readings each`, COOL_ROUNDS, 0);
    tell('every meter disturbed at once', HOT_ROUNDS, 1);
    tell(`calm again, ${COOL_ROUNDS} readings each`, COOL_ROUNDS, 0);
    await ingest(database, meters, log);
    log(`resident: ${Math.round(process.memoryUsage().rss / MIB)} MiB`);
  } finally {
    await database.close();
    await opened.drop();
  }
}

/** The whole campus through the ingestion, as a bridge does: what it remembers of meters and accounts, and at what pace. */
async function ingest(database: Database, meters: number, log: (line: string) => void): Promise<void> {
  const clock = new FixedClock(START_MS);
  const before = heapBytes();
  for (let round = 1; round <= INGESTED_ROUNDS; round++) {
    clock.set(START_MS + round * MINUTE_MS);
    const startedMs = performance.now();
    for (let from = 0; from < meters; from += BATCH)
      await ingestReadings(
        database,
        { clock, log: silentLog },
        Array.from({ length: Math.min(BATCH, meters - from) }, (_, n) =>
          readingOf(from + n, round, clock.now()),
        ),
      );
    const pace = Math.round((1_000 * meters) / (performance.now() - startedMs));
    log(
      `ingested, reading ${round} of each: ${pace} readings/s, remembered ${perMeter(heapBytes() - before, meters)}`,
    );
  }
}

function readingOf(index: number, round: number, atMs: number): IncomingReading {
  const powerW = 300 + (index % 40);
  return {
    site: SITE,
    gatewayCode: gatewayCode(gatewayOf(index)),
    rxMs: atMs,
    reading: {
      meterCode: meterCode(index),
      tsMs: atMs,
      boot: 1,
      seq: round,
      registers: { EA: (100 + 0.005 * round).toFixed(3) },
      powerW,
      voltageV: 230,
      currentA: powerW / 230,
      pf: 0.93,
      relay: 1,
      valve: null,
      extra: null,
      epochMark: null,
    },
  };
}

/** A fleet that says one reading a round, as `engine/detect.ts` passes it through the rules. */
class Run {
  private round = 0;
  private readonly sample: MeterSample = emptySample();

  constructor(
    private readonly registry: Parameters<typeof rulesFor>[0],
    private readonly fleet: readonly Held[],
  ) {}

  held(): number {
    return this.fleet.filter(({ detection }) => detection !== null).length;
  }

  rounds(
    count: number,
    disturbed: number,
  ): { ms: number; readings: number; raised: number; returned: number } {
    const said = { raised: 0, returned: 0 };
    const startedMs = performance.now();
    for (let n = 0; n < count; n++) {
      this.round += 1;
      for (const [index, one] of this.fleet.entries())
        this.read(one, index, unit(index, 5) < disturbed, said);
    }
    return { ms: performance.now() - startedMs, readings: count * this.fleet.length, ...said };
  }

  private read(
    one: Held,
    index: number,
    disturbed: boolean,
    said: { raised: number; returned: number },
  ): void {
    const { sample, round } = this;
    const { entry } = one;
    const wobble = unit(index, round);
    sample.previousAt = one.lastMs;
    sample.previousPowerW = one.lastMs === null ? null : one.powerW;
    sample.previousVoltageV = one.lastMs === null ? null : one.voltageV;
    sample.previousCurrentA = one.lastMs === null ? null : one.currentA;
    one.lastMs = START_MS + round * INTERVAL_MS;
    one.powerW = (disturbed ? 3_400 : 300) + 40 * wobble;
    one.voltageV = (disturbed ? 199 : 229) + 2 * wobble;
    one.currentA = one.powerW / one.voltageV;
    sample.at = one.lastMs;
    sample.registerMicro = BigInt(1_000_000 + round * 1_000);
    sample.measured = {
      powerW: one.powerW,
      voltageV: one.voltageV,
      currentA: one.currentA,
      pf: 0.93,
      relay: 1,
      valve: null,
      boot: 1,
      seq: round,
      extra: disturbed
        ? { ires: 0.06, temp: 88, cover: 1, in: 4 }
        : { ires: 0.002, temp: 31, cover: 0, in: one.currentA },
    };
    for (const { rule, params } of rulesFor(this.registry, entry, entry.point!)) {
      const held = one.detection?.[rule.code];
      if (!rule.stirs(held, sample, params)) continue;
      const { state, signal } = rule.step(held ?? rule.initial, sample, params);
      if (signal) said[signal.kind === 'RAISE' ? 'raised' : 'returned'] += 1;
      if (state !== held) keep(one, rule.code, rule.isQuiet(state) ? undefined : state);
    }
  }
}

function keep(one: Held, code: string, state: unknown): void {
  if (state !== undefined) {
    one.detection = { ...one.detection, [code]: state };
    return;
  }
  if (one.detection?.[code] === undefined) return;
  const { [code]: _gone, ...rest } = one.detection;
  one.detection = Object.keys(rest).length > 0 ? rest : null;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is in use after everything that can be forgotten is. */
function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const perMeter = (bytes: number, meters: number): string =>
  `${Math.round(bytes / meters)} bytes a meter, ${Math.round(bytes / MIB)} MiB`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
