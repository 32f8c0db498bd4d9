import type { ParsedReading } from '../contracts/mqttPayloads';
import { CampusLoad, type MeterLoad } from './load/campusLoad';
import { measure } from './load/electrical';
import { registerText } from './load/registerText';
import type { CampusPlan } from './plan/campusPlan';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** Boot number of everything before a simulator ran. */
export const HISTORY_BOOT = 1;

export interface HistoryOptions {
  plan: CampusPlan;
  /** End of the history, ms UTC; nothing later is yielded. */
  toMs: number;
  /** Days with a reading an hour, default 42. */
  hourlyDays?: number;
  /** The newest of them with a reading every 15 min, default 3. */
  quarterHourDays?: number;
  /** Readings per chunk at least, unless it is the last; default 5,000. */
  chunkSize?: number;
}

/** Instants of the history, ascending: full hours, then quarter hours, up to and including the last one at `toMs`. */
export function historyInstants(options: Omit<HistoryOptions, 'plan'>): number[] {
  const { toMs, hourlyDays = 42, quarterHourDays = 3 } = options;
  const fineFromMs = toMs - quarterHourDays * DAY_MS;
  const instants: number[] = [];
  for (let ts = Math.ceil((toMs - hourlyDays * DAY_MS) / HOUR_MS) * HOUR_MS; ts < fineFromMs; ts += HOUR_MS) {
    instants.push(ts);
  }
  for (let ts = Math.ceil(fineFromMs / QUARTER_MS) * QUARTER_MS; ts <= toMs; ts += QUARTER_MS) {
    instants.push(ts);
  }
  return instants;
}

/**
 * What the meters would have reported before the simulator started, in order of time, in chunks of whole instants. Every
 * relay is closed. The same curves drive the live fleet, so its first reading follows the last of these without a step.
 */
export function* historyReadings(options: HistoryOptions): Generator<ParsedReading[]> {
  const campus = new CampusLoad(options.plan);
  const chunkSize = options.chunkSize ?? 5_000;
  const totals = new Float64Array(campus.meters.length);
  const powers = new Float64Array(campus.meters.length);
  const firstMs = campus.meters.map(({ traits }) =>
    traits.historyDays === undefined ? 0 : options.toMs - traits.historyDays * DAY_MS,
  );
  let chunk: ParsedReading[] = [];
  let seq = 0;
  for (const ts of historyInstants(options)) {
    campus.totalsAt(ts, totals);
    campus.powersAt(ts, powers);
    seq += 1;
    for (const meter of campus.meters) {
      if (ts < firstMs[meter.index]!) continue;
      chunk.push(readingOf(meter, ts, seq, totals[meter.index]!, powers[meter.index]!));
    }
    if (chunk.length >= chunkSize) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

function readingOf(meter: MeterLoad, ts: number, seq: number, total: number, load: number): ParsedReading {
  const { traits } = meter;
  const text = registerText(traits.startMicro + total, traits);
  const { powerW, voltageV, currentA, pf, flowM3h } = measure(meter, ts, load);
  const electricity = traits.utility === 'ELECTRICITY';
  return {
    meterCode: traits.code,
    tsMs: ts,
    boot: HISTORY_BOOT,
    seq,
    registers: electricity ? { EA: text } : { VOL: text },
    powerW,
    voltageV,
    currentA,
    pf,
    relay: electricity && traits.hasRelay ? 1 : null,
    valve: !electricity && traits.hasRelay ? 1 : null,
    extra: flowM3h === null ? null : { flow: flowM3h },
    epochMark: null,
  };
}
