import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BASELINE_WEEKS, comparableHours, isYoung } from '../../domain/detection/comparableHours';
import {
  type AnomalySignal,
  BUILDING_ANOMALY_DEFAULTS,
  baselineValues,
  CONSUMPTION_ANOMALY_INITIAL,
  type ConsumptionAnomalyState,
  consumptionAnomalyStep,
  seriesScale,
} from '../../domain/detection/consumptionAnomaly';
import { medianOf } from '../../domain/detection/robust';
import { weekdayType } from '../../domain/network/forecast';
import { campusZone } from '../../domain/time/campusTime';
import { wholeBetween } from '../random';
import { readSeriesFile } from './series';

const FILE = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'shared',
  'data',
  'campus_10_buildings_electricity_gas_hourly_2019_2020.csv.gz',
);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30.4375 * DAY_MS;
const zone = campusZone('UTC');
const EVENTS_PER_BUILDING = 24;

interface Building {
  readonly name: string;
  readonly fromMs: number;
  /** kWh of each hour, as in the file: missing ones are 0. */
  readonly kwh: readonly number[];
}

const knownHours = new Map<string, number[]>();

/** Comparable hours, which are the same for all buildings. */
function likeHours(hourMs: number, young: boolean): number[] {
  const key = `${hourMs}/${young}`;
  const known = knownHours.get(key) ?? comparableHours(zone, hourMs, weekdayType, young);
  knownHours.set(key, known);
  return known;
}

/** One run of the rule over a building, hour by hour, as the job does it. */
class Run {
  state: ConsumptionAnomalyState = CONSUMPTION_ANOMALY_INITIAL;
  private scale: number | null = null;

  constructor(
    private readonly building: Building,
    private readonly valueAt: (at: number) => number = (at) => building.kwh[at]!,
  ) {}

  step(at: number): AnomalySignal | null {
    const { fromMs } = this.building;
    const hourMs = fromMs + at * HOUR_MS;
    const day = zone.dayAt(hourMs);
    if (hourMs === day.startMs || this.scale === null) {
      const past = Math.max(0, at - BASELINE_WEEKS * 7 * 24);
      this.scale = seriesScale(this.building.kwh.slice(past, at));
    }
    const sinceMs = Math.max(fromMs, this.state.levelFromMs ?? fromMs);
    const past = likeHours(hourMs, isYoung(hourMs, sinceMs)).filter((ms) => ms >= sinceMs);
    const { state, signal } = consumptionAnomalyStep(
      this.state,
      {
        hourMs,
        date: day.dateKey,
        dayStartMs: day.startMs,
        value: this.valueAt(at),
        baseline: baselineValues(
          past.map((ms) => ({ hourMs: ms, value: this.building.kwh[(ms - fromMs) / HOUR_MS] ?? null })),
          this.state,
        ),
        scale: this.scale,
      },
      BUILDING_ANOMALY_DEFAULTS,
    );
    this.state = state;
    return signal;
  }

  /** The same history, going on with other values. */
  branch(valueAt: (at: number) => number): Run {
    const other = new Run(this.building, valueAt);
    other.state = this.state;
    other.scale = this.scale;
    return other;
  }
}

type Injected = 'doubled 4 h' | 'night +50 %' | '−90 % 6 h';
const INJECTED: Readonly<
  Record<Injected, { hours: number; fromHour: number | null; change(kwh: number, usual: number): number }>
> = {
  'doubled 4 h': { hours: 4, fromHour: null, change: (kwh) => kwh * 2 },
  'night +50 %': { hours: 7, fromHour: 0, change: (kwh, usual) => kwh + usual / 2 },
  '−90 % 6 h': { hours: 6, fromHour: null, change: (kwh) => kwh * 0.1 },
};

interface Result {
  readonly name: string;
  readonly pushed: number;
  readonly listed: number;
  readonly months: number;
  /** Pushed alarms and level changes from 10 March to the end of May 2020, with their ratio where the level changed. */
  readonly spring: readonly { readonly date: string; readonly ratio: number | null; readonly kind: string }[];
  readonly zeroHours: number;
  readonly raisedInGaps: number;
  /** Injected events that began while nothing was alarmed, and how many of them raised. */
  readonly injected: Record<Injected, number>;
  readonly found: Record<Injected, number>;
}

let results: Result[];

/** A whole building; at seeded hours it also goes another way for some hours, in which an event is injected. */
function judge(building: Building, seed: number): Result {
  const { kwh, fromMs } = building;
  const run = new Run(building);
  const usual = medianOf(kwh.filter((value) => value > 0))!;
  const kinds = Object.keys(INJECTED) as Injected[];
  const starts = new Map<number, Injected[]>();
  for (const [which, kind] of kinds.entries())
    for (let n = 0; n < EVENTS_PER_BUILDING; n++) {
      const day = wholeBetween(70, 720, seed + which, n);
      const hour = INJECTED[kind].fromHour ?? wholeBetween(0, 23, seed + which, n + 1_000);
      starts.set(day * 24 + hour, [...(starts.get(day * 24 + hour) ?? []), kind]);
    }
  const injected: Record<Injected, number> = { 'doubled 4 h': 0, 'night +50 %': 0, '−90 % 6 h': 0 };
  const found: Record<Injected, number> = { 'doubled 4 h': 0, 'night +50 %': 0, '−90 % 6 h': 0 };
  const spring: { date: string; ratio: number | null; kind: string }[] = [];
  let pushed = 0;
  let listed = 0;
  let raisedInGaps = 0;
  for (let at = 0; at < kwh.length; at++) {
    for (const kind of starts.get(at) ?? []) {
      if (run.state.active !== null || kwh[at] === 0) continue;
      injected[kind] += 1;
      const { hours, change } = INJECTED[kind];
      const branch = run.branch((hour) => (hour < at + hours ? change(kwh[hour]!, usual) : kwh[hour]!));
      let seen = false;
      for (let hour = at; hour < at + hours && hour < kwh.length; hour++)
        seen ||= branch.step(hour)?.priority === 'P3';
      if (seen) found[kind] += 1;
    }
    const signal = run.step(at);
    if (!signal) continue;
    const date = zone.dateKey(fromMs + at * HOUR_MS);
    if (signal.priority === 'P3') pushed += 1;
    if (signal.priority === 'P4') listed += 1;
    if (signal.kind === 'RAISE' && signal.ratio === null && kwh[at] === 0) raisedInGaps += 1;
    if (date >= '2020-03-10' && date < '2020-06-01' && (signal.priority === 'P3' || signal.ratio !== null))
      spring.push({ date, ratio: signal.ratio, kind: signal.kind });
  }
  const zeroHours = kwh.filter((value) => value === 0).length;
  return {
    name: building.name,
    pushed,
    listed,
    months: ((kwh.length - zeroHours) * HOUR_MS) / MONTH_MS,
    spring,
    zeroHours,
    raisedInGaps,
    injected,
    found,
  };
}

beforeAll(() => {
  if (!existsSync(FILE)) throw new Error(`this test reads measured data from ${FILE}, which is missing`);
  const buildings = readSeriesFile(FILE, { declaredZone: 'UTC' }).map(({ column, readings }) => ({
    name: column.split('.')[0]!,
    fromMs: readings[0]!.tsMs,
    kwh: readings
      .slice(1)
      .map(({ registerMicro }, at) => Number(registerMicro - readings[at]!.registerMicro) / 1e6),
  }));
  results = buildings.map((building, index) => judge(building, 100 * index));
});

describe('ten university buildings over two years', () => {
  it('raise at most 1.2 pushed alarms a meter-month, median over meters', () => {
    const rates = results.map(({ pushed, months }) => pushed / months);
    const listed = results.map(({ listed: n, months }) => n / months);
    const sumOf = (of: (result: Result) => number) => results.reduce((sum, result) => sum + of(result), 0);
    const recall = (Object.keys(INJECTED) as Injected[]).map((kind) => {
      const events = sumOf(({ injected }) => injected[kind]);
      return `${kind} ${(sumOf(({ found }) => found[kind]) / events).toFixed(2)} of ${events}`;
    });
    console.log(
      [
        `pushed alarms a meter-month: median ${medianOf(rates)!.toFixed(2)}, largest ${Math.max(...rates).toFixed(2)}`,
        `listed only: median ${medianOf(listed)!.toFixed(2)}`,
        `recall of injected events: ${recall.join(', ')}`,
        ...results.map(
          ({ name, pushed, months, spring }) =>
            `  ${name}: ${pushed} in ${months.toFixed(1)} months; spring 2020: ${
              spring
                .map(
                  ({ date, ratio, kind }) =>
                    `${date} ${kind}${ratio === null ? '' : ` ×${ratio.toFixed(2)}`}`,
                )
                .join(', ') || 'nothing'
            }`,
        ),
      ].join('\n'),
    );
    expect(medianOf(rates)).toBeLessThanOrEqual(1.2);
  });

  it('tell the closure of spring 2020 once each, and take the new level as normal', () => {
    for (const { name, spring } of results) {
      const [raised, settled, ...later] = spring;
      const story = `${name}: ${JSON.stringify(spring)}`;
      expect(raised?.kind, story).toBe('RAISE');
      expect(settled?.kind, story).toBe('RETURN');
      expect(settled!.ratio, story).toBeLessThan(0.95);
      expect(settled!.date < '2020-04-15', story).toBe(true);
      expect(
        later.filter(({ ratio }) => ratio !== null && ratio < 1),
        story,
      ).toEqual([]);
    }
  });

  it('treat missing data as missing: no alarm begins in an hour of the file that is 0', () => {
    expect(results.reduce((sum, { zeroHours }) => sum + zeroHours, 0)).toBeGreaterThan(0);
    for (const { name, raisedInGaps } of results) expect(raisedInGaps, name).toBe(0);
  });
});
