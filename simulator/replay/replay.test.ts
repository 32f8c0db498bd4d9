import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importDocumentSchema } from '../../contracts/importDocument';
import { microFromText, textFromMicro } from '../../domain/units';
import { FakeBroker } from '../testing/testFleet';
import { replay } from './replay';
import { replayImportDocument } from './replayImport';
import { readSeries, readSeriesFile, SeriesError } from './series';

const DATA = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const CAMPUS = join(DATA, 'campus_10_buildings_electricity_gas_hourly_2019_2020.csv.gz');
const WATER = join(DATA, 'dorm_water_main_1s_2017_06_28.csv.gz');
const HOUSE = join(DATA, 'house_electricity_power_1min_2017_10.csv.gz');

function need(file: string): string {
  if (!existsSync(file)) throw new Error(`this test reads measured data from ${file}, which is missing`);
  return file;
}

describe('a measured series', () => {
  it('of hourly quantities becomes registers whose rise is the sum of the file, zeros kept', () => {
    const csv =
      'datetime,b0.electricity_kwh,b0.gas_kwh\n2019-01-01 00:00:00,10.9,1.0\n2019-01-01 01:00:00,0.0,2.0\n2019-01-01 02:00:00,21.7,3.0\n';
    const [series, ...rest] = readSeries(csv, { declaredZone: 'UTC' });
    expect(rest).toEqual([]);
    expect(series!.readings.map(({ tsMs, registerMicro }) => [tsMs, textFromMicro(registerMicro)])).toEqual([
      [Date.UTC(2019, 0, 1, 0), '0.000000'],
      [Date.UTC(2019, 0, 1, 1), '10.900000'],
      [Date.UTC(2019, 0, 1, 2), '10.900000'],
      [Date.UTC(2019, 0, 1, 3), '32.600000'],
    ]);
  });

  it('takes times without offset in the declared zone, and others as they say', () => {
    const csv = 'datetime,b0.electricity_kwh\n2019-07-01 00:00:00,1\n';
    const first = (declaredZone: string) => readSeries(csv, { declaredZone })[0]!.readings[0]!.tsMs;
    expect(first('UTC')).toBe(Date.UTC(2019, 6, 1));
    expect(first('-06:00')).toBe(Date.UTC(2019, 6, 1, 6));
    expect(first('Europe/London')).toBe(Date.UTC(2019, 5, 30, 23));
    const [house] = readSeries('timestamp,power_w\n2017-10-07T00:00:00+02:00,155.88\n', {
      declaredZone: 'UTC',
    });
    expect(house!.readings.map(({ tsMs, registerMicro }) => [tsMs, registerMicro])).toEqual([
      [Date.UTC(2017, 9, 6, 22), 0n],
      [Date.UTC(2017, 9, 6, 22, 1), 2_598n],
    ]);
  });

  it('in an unknown form, or with what is no quantity, is refused in words', () => {
    expect(() => readSeries('a,b\n1,2\n', { declaredZone: 'UTC' })).toThrow(SeriesError);
    expect(() =>
      readSeries('datetime,x.electricity_kwh\n2019-01-01 00:00:00,-3\n', { declaredZone: 'UTC' }),
    ).toThrow(/row 2/);
    expect(() => readSeriesFile('/nowhere.csv', { declaredZone: 'UTC' })).toThrow(/shared\/data/);
  });

  it('of ten campus buildings adds up to the last digit over two years', () => {
    const series = readSeriesFile(need(CAMPUS), { declaredZone: 'UTC' });
    expect(series).toHaveLength(10);
    const b0 = series.find(({ column }) => column.startsWith('b0.'))!;
    expect(b0.readings).toHaveLength(17_545);
    // The sum of the column's own digits, added up in whole tenths.
    expect(textFromMicro(b0.readings.at(-1)!.registerMicro)).toBe('414833.800000');
    const steps = b0.readings.slice(1).map((reading, at) => reading.tsMs - b0.readings[at]!.tsMs);
    expect(new Set(steps)).toEqual(new Set([3_600_000]));
  });

  it('of a water main ends at its last totalizer, of a house at its integral', () => {
    const [water] = readSeriesFile(need(WATER), { declaredZone: '-06:00' });
    const gallons = microFromText('688.52536')!;
    expect(water!.readings.at(-1)!.registerMicro).toBe((gallons * 3_785_411_784n) / 1_000_000_000_000n);
    const [house] = readSeriesFile(need(HOUSE), { declaredZone: 'UTC' });
    expect(Math.max(...house!.readings.map(({ powerW }) => powerW ?? 0))).toBeCloseTo(6_620, -1);
  });
});

describe('a replay', () => {
  const csv = [
    'datetime,b0.electricity_kwh,b2.electricity_kwh',
    ...Array.from({ length: 300 }, (_, hour) => {
      const time = new Date(Date.UTC(2019, 0, 1, hour)).toISOString().slice(0, 19).replace('T', ' ');
      return `${time},${(hour % 7) / 10},${hour}.5`;
    }),
  ].join('\n');
  const series = readSeries(csv, { declaredZone: 'UTC' });
  const options = (broker: FakeBroker, waited: number[]) => ({
    series,
    site: 'replay',
    gateway: 'GW-R',
    password: 'p',
    boot: 3,
    connect: broker.connect,
    wait: (ms: number) => {
      waited.push(ms);
      return Promise.resolve();
    },
  });

  it('publishes every reading once in order of time, and says what must be charged', async () => {
    const broker = new FakeBroker();
    const summary = await replay({ ...options(broker, []), speed: 0 });
    expect(summary.readings).toBe(602);
    expect(summary.messages).toBe(4);
    for (const { meter, quantityMicro } of summary.totals) {
      const readings = broker.readings(meter);
      const times = readings.map(({ tsMs }) => tsMs!);
      expect([...times].sort((a, b) => a - b)).toEqual(times);
      const [first, last] = [readings[0]!, readings.at(-1)!].map(
        ({ registers }) => microFromText(registers.EA!)!,
      );
      expect(last! - first!).toBe(quantityMicro);
    }
    expect(summary.totals.map(({ quantityMicro }) => quantityMicro)).toEqual([
      series[0]!.readings.at(-1)!.registerMicro,
      45_000_000_000n,
    ]);
  });

  it('keeps the pace that it was given', async () => {
    const waited: number[] = [];
    await replay({ ...options(new FakeBroker(), waited), speed: 3_600 });
    expect(new Set(waited)).toEqual(new Set([1_000]));
    expect(waited).toHaveLength(300);
  });

  it('has an import document that makes its meters known', () => {
    const document = replayImportDocument(series, {
      campus: { code: 'replay', name: 'Replay', timeZone: 'UTC' },
      gateway: 'GW-R',
      lateLimitDays: 3_650,
    });
    expect(importDocumentSchema.safeParse(document).error?.issues ?? []).toEqual([]);
    expect(document.meters!.map(({ code }) => code)).toEqual(['R-B0', 'R-B2']);
  });
});
