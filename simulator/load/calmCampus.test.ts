import { describe, expect, it } from 'vitest';
import { comparableHours, isYoung } from '../../domain/detection/comparableHours';
import {
  BUILDING_ANOMALY_DEFAULTS,
  baselineValues,
  CONSUMPTION_ANOMALY_DEFAULTS,
  CONSUMPTION_ANOMALY_INITIAL,
  consumptionAnomalyStep,
  seriesScale,
} from '../../domain/detection/consumptionAnomaly';
import { IDLE_WASTE_DEFAULTS, idleWasteRule } from '../../domain/detection/idleWaste';
import { NON_TECHNICAL_LOSS_DEFAULTS, nonTechnicalLossRule } from '../../domain/detection/nonTechnicalLoss';
import {
  leakLimitM3h,
  nightFlowOf,
  WATER_LEAK_DEFAULTS,
  waterLeakRule,
} from '../../domain/detection/waterLeak';
import { weekdayType } from '../../domain/network/forecast';
import { percentileOf } from '../../domain/network/percentile';
import { campusZone } from '../../domain/time/campusTime';
import { campusPlan } from '../plan/campusPlan';
import { CampusLoad, type MeterLoad } from './campusLoad';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEARNED_DAYS = 28;
const JUDGED_DAYS = 21;
const DAYS = LEARNED_DAYS + JUDGED_DAYS;
const zone = campusZone('Asia/Shanghai');
/** Local midnight of a Monday. */
const START = Date.UTC(2026, 7, 9, 16);
const plan = campusPlan({ seed: 1, meters: 290 });
const load = new CampusLoad(plan);

/** kWh or m³ of each hour, by meter. */
const hourly: readonly Float64Array[] = (() => {
  const uses = load.meters.map(() => new Float64Array(DAYS * 24));
  const before = new Float64Array(load.meters.length);
  const after = new Float64Array(load.meters.length);
  load.totalsAt(START, before);
  for (let at = 0; at < DAYS * 24; at++) {
    load.totalsAt(START + (at + 1) * HOUR_MS, after);
    for (const { index } of load.meters) uses[index]![at] = (after[index]! - before[index]!) / 1e6;
    before.set(after);
  }
  return uses;
})();

const electricity = load.meters.filter(({ traits }) => traits.utility === 'ELECTRICITY');

describe('three weeks of a calm campus of 290 meters', () => {
  it('hold no unusual use', () => {
    const likeHours = Array.from({ length: DAYS * 24 }, (_, at) =>
      [false, true].map((young) => comparableHours(zone, START + at * HOUR_MS, weekdayType, young)),
    );
    const told = electricity.flatMap((meter) => anomaliesOf(meter, likeHours));
    expect(told).toEqual([]);
  });

  it('hold no loss that nothing explains', () => {
    const told = electricity
      .filter(({ children, infeeds }) => children.length > 0 && infeeds.length === 0)
      .flatMap((meter) => {
        let state = nonTechnicalLossRule.initial;
        return Array.from({ length: DAYS }, (_, day) => {
          const sum = (index: number) =>
            hourly[index]!.subarray(day * 24, day * 24 + 24).reduce((total, kwh) => total + kwh, 0);
          const endMs = START + (day + 1) * DAY_MS;
          const step = nonTechnicalLossRule.step(
            state,
            {
              date: zone.dateKey(endMs - 1),
              endMs,
              supplyKwh: sum(meter.index),
              childrenKwh: meter.children.reduce((total, child) => total + sum(child), 0),
              completeness: 1,
            },
            NON_TECHNICAL_LOSS_DEFAULTS,
          );
          state = step.state;
          return step.signal ? [`${meter.traits.code} ${step.signal.kind}`] : [];
        }).flat();
      });
    expect(told).toEqual([]);
  });

  it('hold no load after hours where people work by day', () => {
    const told = electricity
      .filter(({ traits }) => traits.load.kind === 'CURVE' && !HOMES.has(traits.load.profile))
      .flatMap(idleNightsOf);
    expect(told).toEqual([]);
  });

  it('hold no leak', () => {
    const water = load.meters.filter(({ traits }) => traits.utility === 'WATER');
    expect(water.length).toBeGreaterThan(0);
    const told = water.flatMap((meter) => {
      let state = waterLeakRule.initial;
      const params = { ...WATER_LEAK_DEFAULTS, rooms: 1, resolutionM3: 10 ** -meter.traits.registerDecimals };
      return Array.from({ length: JUDGED_DAYS }, (_, day) => {
        const fromMs = START + day * DAY_MS + 2 * HOUR_MS;
        const window = { night: zone.dateKey(fromMs), fromMs, toMs: fromMs + 3 * HOUR_MS };
        const resolution = params.resolutionM3;
        const shown = (ms: number) => Math.floor(meter.curve.totalAt(ms) / 1e6 / resolution) * resolution;
        const intervals = Array.from({ length: 180 }, (_, minute) => {
          const at = fromMs + minute * 60_000;
          const m3 = shown(at + 60_000) - shown(at);
          return { fromMs: at, toMs: at + 60_000, m3: m3 < resolution / 2 ? 0 : m3 };
        });
        const step = waterLeakRule.step(
          state,
          nightFlowOf(window, intervals, leakLimitM3h(params), resolution),
          params,
        );
        state = step.state;
        return step.signal ? [`${meter.traits.code} ${step.signal.kind}`] : [];
      }).flat();
    });
    expect(told).toEqual([]);
  });
});

/** Where people are at home, or come in the evening. */
const HOMES: ReadonlySet<string> = new Set(['DORM_ROOM', 'STAFF_FLAT', 'SHOP', 'SUN']);

function anomaliesOf(meter: MeterLoad, likeHours: readonly (readonly number[][])[]): string[] {
  const used = hourly[meter.index]!;
  const isRoom = meter.traits.load.kind === 'CURVE' && HOMES.has(meter.traits.load.profile);
  const params = isRoom ? CONSUMPTION_ANOMALY_DEFAULTS : BUILDING_ANOMALY_DEFAULTS;
  if (meter.traits.load.kind === 'CURVE' && meter.traits.load.profile === 'SUN') return [];
  let state = CONSUMPTION_ANOMALY_INITIAL;
  let scale: number | null = null;
  const told: string[] = [];
  for (let at = 0; at < DAYS * 24; at++) {
    const hourMs = START + at * HOUR_MS;
    if (at % 168 === 0) scale = seriesScale([...used.subarray(Math.max(0, at - 1_344), at)]);
    const sinceMs = Math.max(START, state.levelFromMs ?? START);
    const past = likeHours[at]![isYoung(hourMs, sinceMs) ? 1 : 0]!.filter((ms) => ms >= sinceMs);
    const day = zone.dayAt(hourMs);
    const step = consumptionAnomalyStep(
      state,
      {
        hourMs,
        date: day.dateKey,
        dayStartMs: day.startMs,
        value: used[at]!,
        baseline: baselineValues(
          past.map((ms) => ({ hourMs: ms, value: used[(ms - START) / HOUR_MS]! })),
          state,
        ),
        scale,
      },
      params,
    );
    state = step.state;
    if (step.signal)
      told.push(
        `${meter.traits.code} ${Math.floor(at / 24)}:${at % 24} ${step.signal.kind} ${step.signal.priority} ${step.signal.ratio}`,
      );
  }
  return told;
}

function idleNightsOf(meter: MeterLoad): string[] {
  const used = hourly[meter.index]!;
  let state = idleWasteRule.initial;
  const told: string[] = [];
  for (let day = 29; day < DAYS; day++) {
    const end = day * 24 + 8;
    const history = [...used.subarray(end - 28 * 24, end)];
    const open = (at: number) => {
      const hourMs = START + at * HOUR_MS;
      return weekdayType(zone.dateKey(hourMs)) === 'WORKDAY' && at % 24 >= 8 && at % 24 < 20;
    };
    const night = Array.from({ length: 24 }, (_, back) => end - 24 + back).filter((at) => !open(at));
    const working = history.filter((_, index) => open(end - 28 * 24 + index));
    const endMs = START + end * HOUR_MS;
    const step = idleWasteRule.step(
      state,
      {
        night: zone.dateKey(endMs),
        endMs,
        closedKw: night.reduce((sum, at) => sum + used[at]!, 0) / night.length,
        closedHours: night.length,
        openKw: percentileOf(
          working.sort((a, b) => a - b),
          0.5,
        ),
        openHours: working.length,
        baseKw: percentileOf(
          history.sort((a, b) => a - b),
          0.1,
        ),
      },
      IDLE_WASTE_DEFAULTS,
    );
    state = step.state;
    if (step.signal)
      told.push(
        `${meter.traits.code} ${meter.traits.load.kind === 'CURVE' ? meter.traits.load.profile : ''} ${day} ${step.signal.kind}`,
      );
  }
  return told;
}
