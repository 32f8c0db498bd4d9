import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { campusZone } from '../../domain/time/campusTime';
import { microFromText } from '../../domain/units';

/**
 * Real series as cumulative registers. A file of quantities per interval is summed, a totalizer is taken as it is, a file
 * of powers is integrated; everything in whole µ and bigint, so that a register is the file's own digits added up.
 */

/** One instant of one meter: its register in µkWh or µm³, and the power or flow where the file has one. */
export interface SeriesReading {
  tsMs: number;
  registerMicro: bigint;
  powerW: number | null;
  flowM3h: number | null;
}

export interface MeterSeries {
  /** Column of the file, such as `b0.electricity_kwh`. */
  column: string;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  /** Spacing of the file, s. */
  intervalS: number;
  /** In order of time; the first is the baseline, before anything of the file was used. */
  readings: SeriesReading[];
}

export interface SeriesOptions {
  /** Zone of times that carry no offset: `UTC`, an offset such as `-06:00`, or an IANA name. */
  declaredZone: string;
}

/** A file that can't be read as one of the known forms; `message` says what was looked for. */
export class SeriesError extends Error {
  override name = 'SeriesError';
}

const HOUR_S = 3_600;
/** A US gallon in units of 1e-12 m³: 3.785411784 litres exactly. */
const GALLON_PICO_M3 = 3_785_411_784n;

/** Reads a `.csv` or `.csv.gz` file. @throws SeriesError */
export function readSeriesFile(path: string, options: SeriesOptions): MeterSeries[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new SeriesError(`${path} can not be read; the measured data stands in ../shared/data`);
  }
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return readSeries(text, options);
}

/** Reads the text of one of the three known forms of file, told apart by its header. @throws SeriesError */
export function readSeries(csv: string, options: SeriesOptions): MeterSeries[] {
  const lines = csv.split(/\r?\n/).filter((line) => line !== '');
  const header = lines[0]?.split(',') ?? [];
  const rows = lines.slice(1).map((line) => line.split(','));
  if (header[0] === 'datetime') return hourlyQuantities(header, rows, options);
  if (header.includes('TotalizedVolume')) return [totalizer(header, rows, options)];
  if (header[1] === 'power_w') return [power(rows, options)];
  throw new SeriesError(
    'the header is none of: datetime and columns ending in .electricity_kwh; Date, TotalizedVolume; timestamp, power_w',
  );
}

/**
 * Columns `*.electricity_kwh`: the energy of the hour that begins at the row's time. Gas in the same file is energy too,
 * not what a gas meter counts, and is left out.
 */
function hourlyQuantities(header: string[], rows: string[][], options: SeriesOptions): MeterSeries[] {
  const times = rows.map((row) => instantOf(row[0]!, options));
  return header.slice(1).flatMap((column, at): MeterSeries[] => {
    if (!column.endsWith('.electricity_kwh')) return [];
    let registerMicro = 0n;
    const readings: SeriesReading[] = [{ tsMs: times[0]!, registerMicro, powerW: null, flowM3h: null }];
    rows.forEach((row, line) => {
      const quantityMicro = quantityOf(row[at + 1] ?? '', line);
      registerMicro += quantityMicro;
      readings.push({
        tsMs: times[line]! + HOUR_S * 1_000,
        registerMicro,
        // kWh of an hour, so µkWh / 1000 is the mean power in W.
        powerW: Number(quantityMicro) / 1_000,
        flowM3h: null,
      });
    });
    return [{ column, utility: 'ELECTRICITY', intervalS: HOUR_S, readings }];
  });
}

/** A running total in US gallons, with the flow in gallons a minute. */
function totalizer(header: string[], rows: string[][], options: SeriesOptions): MeterSeries {
  const timeAt = header.indexOf('Date');
  const totalAt = header.indexOf('TotalizedVolume');
  const flowAt = header.indexOf('FlowRate');
  const readings = rows.map((row, line): SeriesReading => {
    const gallonsMicro = quantityOf(row[totalAt] ?? '', line);
    const flow = Number(row[flowAt] ?? Number.NaN);
    return {
      tsMs: instantOf(row[timeAt]!, options),
      registerMicro: (gallonsMicro * GALLON_PICO_M3) / 1_000_000_000_000n,
      powerW: null,
      flowM3h: Number.isFinite(flow) ? Math.round(flow * 0.227124707 * 1e6) / 1e6 : null,
    };
  });
  const first = readings[0];
  if (!first) throw new SeriesError('the file has no rows');
  const baseline: SeriesReading = { ...first, tsMs: first.tsMs - 1_000, registerMicro: 0n };
  return { column: 'TotalizedVolume', utility: 'WATER', intervalS: 1, readings: [baseline, ...readings] };
}

/** Mean power of the minute that begins at the row's time. */
function power(rows: string[][], options: SeriesOptions): MeterSeries {
  let microWattMinutes = 0n;
  const first = rows[0];
  if (!first) throw new SeriesError('the file has no rows');
  const readings: SeriesReading[] = [
    { tsMs: instantOf(first[0]!, options), registerMicro: 0n, powerW: null, flowM3h: null },
  ];
  rows.forEach((row, line) => {
    microWattMinutes += quantityOf(row[1] ?? '', line);
    readings.push({
      tsMs: instantOf(row[0]!, options) + 60_000,
      // 1 kWh is 60,000 W·min.
      registerMicro: microWattMinutes / 60_000n,
      powerW: Number(row[1]),
      flowM3h: null,
    });
  });
  return { column: 'power_w', utility: 'ELECTRICITY', intervalS: 60, readings };
}

function quantityOf(text: string, line: number): bigint {
  const micro = microFromText(text);
  if (micro === null || micro < 0n) {
    throw new SeriesError(`row ${line + 2}: "${text}" is not a quantity`);
  }
  return micro;
}

const WALL_TIME = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})$/;

function instantOf(text: string, { declaredZone }: SeriesOptions): number {
  const wall = WALL_TIME.exec(text);
  if (!wall) {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw new SeriesError(`"${text}" is not a time`);
    return ms;
  }
  if (declaredZone === 'UTC') return Date.parse(`${text.replace(' ', 'T')}Z`);
  if (/^[+-]\d{2}:\d{2}$/.test(declaredZone)) return Date.parse(`${text.replace(' ', 'T')}${declaredZone}`);
  const [, year, month, day, hour, minute, second] = wall.map(Number) as number[];
  const minuteOfDay = hour! * 60 + minute!;
  return campusZone(declaredZone).utcOf(year!, month!, day!, minuteOfDay) + second! * 1_000;
}
