import { describe, expect, it } from 'vitest';
import { microFromText } from '../domain/units';
import { historyInstants, historyReadings } from './history';
import { CampusLoad } from './load/campusLoad';
import { registerText } from './load/registerText';
import { campusPlan } from './plan/campusPlan';

const plan = campusPlan({ seed: 3, meters: 120 });
const toMs = Date.UTC(2026, 10, 21, 2, 7);

describe('history', () => {
  it('is hourly, then every 15 min, in order of time and never past its end', () => {
    const instants = historyInstants({ toMs, hourlyDays: 5, quarterHourDays: 1 });
    const steps = instants.slice(1).map((ts, at) => ts - instants[at]!);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(instants.at(-1)).toBe(Date.UTC(2026, 10, 21, 2));
    expect(instants[0]).toBe(Date.UTC(2026, 10, 16, 3));
    expect(steps.filter((step) => step === 900_000)).toHaveLength(96);
  });

  it('repeats itself to the last digit, and its registers never fall', () => {
    const read = () => [
      ...historyReadings({ plan, toMs, hourlyDays: 4, quarterHourDays: 1, chunkSize: 500 }),
    ];
    const chunks = read();
    expect(read()).toEqual(chunks);
    expect(chunks.length).toBeGreaterThan(1);
    const last = new Map<string, { ts: number; micro: bigint }>();
    for (const { meterCode, tsMs, registers } of chunks.flat()) {
      const micro = microFromText((registers.EA ?? registers.VOL)!)!;
      const before = last.get(meterCode);
      if (before) {
        expect(tsMs!).toBeGreaterThan(before.ts);
        expect(micro >= before.micro).toBe(true);
      }
      last.set(meterCode, { ts: tsMs!, micro });
    }
    expect(last.size).toBe(plan.traits.size);
  });

  it('shows what the curves say at that instant, so that the live fleet follows without a step', () => {
    const campus = new CampusLoad(plan);
    const totals = new Float64Array(campus.meters.length);
    for (const reading of [...historyReadings({ plan, toMs, hourlyDays: 1, quarterHourDays: 1 })].flat()) {
      const meter = campus.meter(reading.meterCode)!;
      campus.totalsAt(reading.tsMs!, totals);
      const text = registerText(meter.traits.startMicro + totals[meter.index]!, meter.traits);
      expect(reading.registers.EA ?? reading.registers.VOL).toBe(text);
    }
  });

  it('lets a feeder count what its children count, its loss and what nobody measures', () => {
    const campus = new CampusLoad(plan);
    const totals = new Float64Array(campus.meters.length);
    const after = new Float64Array(campus.meters.length);
    campus.totalsAt(toMs - 86_400_000, totals);
    campus.totalsAt(toMs, after);
    const feeder = campus.meter('E-D7-1')!;
    const below = feeder.children.reduce((sum, child) => sum + after[child]! - totals[child]!, 0);
    const counted = after[feeder.index]! - totals[feeder.index]!;
    expect(counted / below).toBeGreaterThan(1.022);
    expect(counted / below).toBeLessThan(1.045);
  });

  it('begins later for a meter that was fitted during it', () => {
    const whole = campusPlan({ seed: 1, meters: 1_300 });
    const young = [...whole.traits.values()].filter(({ historyDays }) => historyDays !== undefined);
    expect(young.length).toBeGreaterThan(2);
    const first = new Map<string, number>();
    for (const reading of [
      ...historyReadings({ plan: whole, toMs, hourlyDays: 6, quarterHourDays: 0 }),
    ].flat()) {
      if (!first.has(reading.meterCode)) first.set(reading.meterCode, reading.tsMs!);
    }
    for (const { code, historyDays } of young) {
      expect(toMs - first.get(code)!).toBeLessThanOrEqual(historyDays! * 86_400_000);
    }
  });
});
