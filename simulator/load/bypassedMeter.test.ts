import { expect, test } from 'vitest';
import { campusZone } from '../../domain/time/campusTime';
import { BYPASSED, campusPlan } from '../plan/campusPlan';
import { hourlyUse, lossesIn } from '../testing/closedWindows';
import { CampusLoad } from './campusLoad';

const DAY_MS = 86_400_000;
const NORMAL_DAYS = 36;
const DAYS = 42;
/** Local midnight of a Monday. */
const startMs = Date.UTC(2026, 7, 9, 16);
const sinceMs = startMs + NORMAL_DAYS * DAY_MS;
const span = { zone: campusZone('Asia/Shanghai'), startMs, days: DAYS };

test('a wire past one meter is one loss, on the feeder above it and on no other, and changes nothing before it was laid', () => {
  const calm = new CampusLoad(campusPlan({ seed: 7, meters: 290 }));
  const tapped = new CampusLoad(campusPlan({ seed: 7, meters: 290, bypassSinceMs: sinceMs + DAY_MS / 2 }));
  const hourly = hourlyUse(tapped, span);
  const told = tapped.meters
    .filter(({ children, infeeds }) => children.length > 0 && infeeds.length === 0)
    .flatMap(({ traits, index, children }) =>
      lossesIn(
        span,
        hourly[index]!,
        children.map((child) => hourly[child]!),
      ).map(({ kind, at }) => ({ code: traits.code, kind, day: Math.round((at - startMs) / DAY_MS) })),
    );
  expect(told).toEqual([{ code: BYPASSED.feeder, kind: 'RAISE', day: NORMAL_DAYS + 3 }]);

  const totals = (load: CampusLoad, ms: number) => {
    const into = new Float64Array(load.meters.length);
    load.totalsAt(ms, into);
    return into;
  };
  expect(totals(tapped, sinceMs)).toEqual(totals(calm, sinceMs));
  const circuit = hourly[tapped.meter(BYPASSED.circuit)!.index]!;
  const used = (day: number) => circuit.slice(day * 24, (day + 5) * 24).reduce((sum, kwh) => sum + kwh, 0);
  expect(used(NORMAL_DAYS)).toBeLessThan(used(NORMAL_DAYS - 7) * 0.5);
});
