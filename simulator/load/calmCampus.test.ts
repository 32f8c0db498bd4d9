import { describe, expect, it } from 'vitest';
import {
  BUILDING_ANOMALY_DEFAULTS,
  CONSUMPTION_ANOMALY_DEFAULTS,
} from '../../domain/detection/consumptionAnomaly';
import type { DetectionSignal } from '../../domain/detection/detectionRule';
import { campusZone } from '../../domain/time/campusTime';
import { campusPlan } from '../plan/campusPlan';
import {
  anomaliesIn,
  hourlyUse,
  idleNightsIn,
  LeakWatch,
  likeHoursOf,
  lossesIn,
} from '../testing/closedWindows';
import { CampusLoad, type MeterLoad } from './campusLoad';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEARNED_DAYS = 28;
const JUDGED_DAYS = 21;
const span = {
  zone: campusZone('Asia/Shanghai'),
  /** Local midnight of a Monday. */
  startMs: Date.UTC(2026, 7, 9, 16),
  days: LEARNED_DAYS + JUDGED_DAYS,
};
const load = new CampusLoad(campusPlan({ seed: 1, meters: 290 }));

const hourly = hourlyUse(load, span);

const electricity = load.meters.filter(({ traits }) => traits.utility === 'ELECTRICITY');
/** Where people are at home, or come in the evening. */
const HOMES: ReadonlySet<string> = new Set(['DORM_ROOM', 'STAFF_FLAT', 'SHOP', 'SUN']);
const profileOf = ({ traits }: MeterLoad) => (traits.load.kind === 'CURVE' ? traits.load.profile : null);

/** What was told of a meter, for people to read. */
const tell = ({ traits }: MeterLoad, signals: readonly DetectionSignal[]) =>
  signals.map(({ kind, at, value }) => `${traits.code} ${kind} ${new Date(at).toISOString()} ${value}`);

describe('three weeks of a calm campus of 290 meters', () => {
  it('hold no unusual use', () => {
    const likeHours = likeHoursOf(span);
    const told = electricity
      .filter((meter) => profileOf(meter) !== 'SUN')
      .flatMap((meter) => {
        const isRoom = HOMES.has(profileOf(meter) ?? '');
        const params = isRoom ? CONSUMPTION_ANOMALY_DEFAULTS : BUILDING_ANOMALY_DEFAULTS;
        return tell(meter, anomaliesIn(span, hourly[meter.index]!, likeHours, params));
      });
    expect(told).toEqual([]);
  });

  it('hold no loss that nothing explains', () => {
    const told = electricity
      .filter(({ children, infeeds }) => children.length > 0 && infeeds.length === 0)
      .flatMap((meter) => {
        const children = meter.children.map((child) => hourly[child]!);
        return tell(meter, lossesIn(span, hourly[meter.index]!, children));
      });
    expect(told).toEqual([]);
  });

  it('hold no load after hours where people work by day', () => {
    const told = electricity
      .filter((meter) => profileOf(meter) !== null && !HOMES.has(profileOf(meter)!))
      .flatMap((meter) => tell(meter, idleNightsIn(span, hourly[meter.index]!, LEARNED_DAYS + 1)));
    expect(told).toEqual([]);
  });

  it('hold no leak', () => {
    const water = load.meters.filter(({ traits }) => traits.utility === 'WATER');
    expect(water.length).toBeGreaterThan(0);
    const told = water.flatMap((meter) => {
      const resolution = 10 ** -meter.traits.registerDecimals;
      const watch = new LeakWatch(span.zone, resolution);
      const shown = (ms: number) => Math.floor(meter.curve.totalAt(ms) / 1e6 / resolution) * resolution;
      const nights = Array.from({ length: JUDGED_DAYS }, (_, day) => {
        const midnightMs = span.startMs + day * DAY_MS;
        const fromMs = midnightMs + 2 * HOUR_MS;
        const minutes = Array.from(
          { length: 180 },
          (_, minute) => shown(fromMs + (minute + 1) * 60_000) - shown(fromMs + minute * 60_000),
        );
        return watch.night(midnightMs, minutes);
      });
      return tell(
        meter,
        nights.filter((signal) => signal !== null),
      );
    });
    expect(told).toEqual([]);
  });
});
