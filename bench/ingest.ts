import type { Environment, Part } from './environment';
import type { MessageForm } from './loadTypes';
import { rawCopy } from './rawCopy';
import { median } from './statistics';

/** Readings per second that become durable and charged, and what that is to raw COPY in the same run. */
export interface IngestFigures {
  readonly rawCopyPerS: number;
  readonly forms: Record<MessageForm, FormFigures>;
}

export interface FormFigures {
  readonly readingsPerS: number;
  /** Median of the ratios of each repeat to the COPY beside it. */
  readonly ratio: number;
  /** Processor time per reading by part, µs. */
  readonly microsByPart: Record<Part, number>;
  readonly repeats: readonly number[];
}

const COPY_ROWS = 200_000;
/** Readings on the way at most: enough that the bridge is never idle. */
const WINDOW = 20_000;

interface Sample {
  perS: number;
  ratio: number;
  micros: Record<Part, number>;
}

/**
 * COPY and pipeline by turns. Every run of the pipeline crosses a quarter hour, at which the windows of all meters close
 * and post to the ledger.
 */
export async function measureIngest(
  env: Environment,
  options: { repeats: number; seconds: number; log: (line: string) => void },
): Promise<IngestFigures> {
  const { database, clock, meters } = env;
  // Once: each run moves the clock on, and two rounds must not copy into the same day.
  const beganMs = clock.now();
  await rawCopy(database, beganMs, meters, COPY_ROWS / 4, 0);
  const copies: number[] = [];
  const samples: Record<MessageForm, Sample[]> = { GATEWAY: [], SINGLE: [] };
  for (let round = 1; round <= options.repeats; round++) {
    const copy = await rawCopy(database, beganMs, meters, COPY_ROWS, round);
    copies.push(copy);
    for (const form of ['GATEWAY', 'SINGLE'] as const) {
      const sample = await runOnce(env, form, options.seconds, copy);
      samples[form].push(sample);
      options.log(
        `${form} ${Math.round(sample.perS)}/s, ${sample.ratio.toFixed(3)} of COPY ${Math.round(copy)}/s`,
      );
    }
  }
  return {
    rawCopyPerS: Math.round(median(copies)),
    forms: { GATEWAY: figuresOf(samples.GATEWAY), SINGLE: figuresOf(samples.SINGLE) },
  };
}

async function runOnce(
  env: Environment,
  form: MessageForm,
  seconds: number,
  copyPerS: number,
): Promise<Sample> {
  await env.clock.quarterIn((seconds * 1_000) / 2);
  const before = env.processorTimes();
  const { durable, published, seconds: took } = await env.load({ form, seconds, rate: null, window: WINDOW });
  const after = env.processorTimes();
  const perS = durable / took;
  const micros = {} as Record<Part, number>;
  for (const part of Object.keys(after) as Part[])
    micros[part] = ((after[part] - before[part]) * 1_000) / published;
  return { perS, ratio: perS / copyPerS, micros };
}

function figuresOf(samples: readonly Sample[]): FormFigures {
  const micros = {} as Record<Part, number>;
  for (const part of Object.keys(samples[0]!.micros) as Part[])
    micros[part] = Math.round(median(samples.map((s) => s.micros[part])) * 10) / 10;
  return {
    readingsPerS: Math.round(median(samples.map((s) => s.perS))),
    ratio: Math.round(median(samples.map((s) => s.ratio)) * 1_000) / 1_000,
    microsByPart: micros,
    repeats: samples.map((s) => Math.round(s.perS)),
  };
}
