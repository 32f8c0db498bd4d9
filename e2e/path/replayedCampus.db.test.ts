import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RestCharge } from '../../contracts/restAccounts';
import type { RestAggregate } from '../../contracts/restMeters';
import { microFromText, textFromMicro } from '../../domain/units';
import { mqttConnect } from '../../simulator/fleet/mqttLink';
import { replay } from '../../simulator/replay/replay';
import { replayImportDocument, replayMeterCode } from '../../simulator/replay/replayImport';
import { type MeterSeries, readSeriesFile } from '../../simulator/replay/series';
import { pause } from './bridgeProcess';
import { type Path, startPath } from './startPath';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const FILE = '../shared/data/campus_10_buildings_electricity_gas_hourly_2019_2020.csv.gz';
const HOUR_MS = 3_600_000;
const GATEWAY = 'GW-REPLAY';
/** Small: two buildings, the first 85 days, in which both stand still for long. Full: all ten, two years. */
const SMALL = { columns: ['b45.electricity_kwh', 'b46.electricity_kwh'], days: 85 };
const PRICE_MICRO = 528_300n;
const OPENING_MICRO = 900_000_000_000_000n;
const MISSING_FROM_HOURS = 12;
/** Two years of ten meters are some hundred pages of REST. */
const READ_WITHIN_MS = 300_000;

/** Hours of use as the file has them, read without any of the code under test. */
interface Column {
  name: string;
  hours: { startMs: number; micro: bigint }[];
}

function columnsOf(csv: string): Column[] {
  const [header, ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  return header!.flatMap((name, at) =>
    name.endsWith('.electricity_kwh')
      ? [
          {
            name,
            hours: rows.map((row) => ({
              startMs: Date.parse(`${row[0]!.replace(' ', 'T')}Z`),
              micro: microFromText(row[at]!)!,
            })),
          },
        ]
      : [],
  );
}

/** Hours that lie in a row of at least twelve zeros. */
function missingHours({ hours }: Column): number[] {
  const missing: number[] = [];
  for (let from = 0; from < hours.length; ) {
    let to = from;
    while (to < hours.length && hours[to]!.micro === 0n) to++;
    if (to - from >= MISSING_FROM_HOURS) missing.push(...hours.slice(from, to).map(({ startMs }) => startMs));
    from = Math.max(to, from + 1);
  }
  return missing;
}

describe('a real campus, replayed over MQTT', { timeout: READ_WITHIN_MS }, () => {
  let path: Path;
  let series: MeterSeries[];
  let columns: Column[];

  beforeAll(async () => {
    if (!existsSync(FILE))
      throw new Error(`${FILE} is missing: this test needs the measured data beside the project`);
    columns = columnsOf(gunzipSync(readFileSync(FILE)).toString('utf8'));
    series = readSeriesFile(FILE, { declaredZone: 'UTC' });
    if (!FULL) {
      const endMs = columns[0]!.hours[0]!.startMs + SMALL.days * 24 * HOUR_MS;
      columns = columns
        .filter(({ name }) => SMALL.columns.includes(name))
        .map((one) => ({ ...one, hours: one.hours.filter(({ startMs }) => startMs < endMs) }));
      series = series
        .filter(({ column }) => SMALL.columns.includes(column))
        .map((one) => ({ ...one, readings: one.readings.filter(({ tsMs }) => tsMs <= endMs) }));
    }
    path = await startPath({
      broker: 'MOSQUITTO',
      document: replayImportDocument(series, {
        campus: { code: 'replay', name: 'Replay', timeZone: 'Europe/London' },
        gateway: GATEWAY,
        lateLimitDays: 3_650,
      }),
    });
    const { password } = await path.credential('gateways', GATEWAY);
    await replay({
      series,
      site: path.site,
      gateway: GATEWAY,
      password,
      speed: 0,
      boot: 1,
      connect: mqttConnect({
        url: `mqtt://127.0.0.1:${path.mqttPort}`,
        onProblem: (code, message) => {
          throw new Error(`${code}: ${message}`);
        },
      }),
      wait: pause,
    });
    const stored = async () => {
      const { rows } = await path.database.pool.query<{ n: number }>(
        'select count(*)::int as n from reading',
      );
      return rows[0]!.n;
    };
    const sent = series.reduce((sum, { readings }) => sum + readings.length, 0);
    await vi.waitFor(async () => expect(await stored()).toBe(sent), { timeout: 1_200_000, interval: 200 });
  }, 1_500_000);
  afterAll(() => path?.stop());

  const codeOf = (name: string) => replayMeterCode(series.find(({ column }) => column === name)!);

  async function pages<T>(first: string): Promise<T[]> {
    const all: T[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items?: T[]; aggregates?: T[]; nextCursor: string | null } = await path.get(
        `${first}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      all.push(...(page.items ?? page.aggregates ?? []));
      cursor = page.nextCursor;
    }
    return all;
  }

  it('charges each building exactly what the file sums up to, to the last digit', async () => {
    expect(columns).toHaveLength(FULL ? 10 : 2);
    for (const column of columns) {
      const code = codeOf(column.name);
      const sumMicro = column.hours.reduce((sum, { micro }) => sum + micro, 0n);
      const charges = await pages<RestCharge>(`/accounts/A-${code}/charges?limit=500`);
      const chargedMicro = charges.reduce((sum, { quantity }) => sum + microFromText(quantity)!, 0n);
      expect(textFromMicro(chargedMicro), column.name).toBe(textFromMicro(sumMicro));
      const account = await path.get<{ balance: string; unposted: string }>(`/accounts/A-${code}`);
      expect(account, column.name).toMatchObject({
        balance: textFromMicro(OPENING_MICRO - (sumMicro * PRICE_MICRO) / 1_000_000n),
        unposted: '0.000000',
      });
    }
    expect(await path.get('/quarantine')).toMatchObject({ items: [] });
  });

  it('shows rows of 12 zero hours and more as missing data, and no other hour', async () => {
    let runs = 0;
    for (const column of columns) {
      const from = new Date(column.hours[0]!.startMs).toISOString();
      const to = new Date(column.hours.at(-1)!.startMs + HOUR_MS).toISOString();
      const hours = await pages<RestAggregate>(
        `/meters/${codeOf(column.name)}/readings?from=${from}&to=${to}&every=1h&limit=500`,
      );
      expect(hours, column.name).toHaveLength(column.hours.length);
      const shown = hours.filter(({ missing }) => missing).map((hour) => Date.parse(hour.from));
      const expected = missingHours(column);
      expect(shown, column.name).toEqual(expected);
      runs += expected.filter((at, i) => expected[i - 1] !== at - HOUR_MS).length;
    }
    expect(runs).toBe(FULL ? 17 : 3);
  });

  it('days in them are marked as well, and the ledger verifies', async () => {
    const [column] = columns.filter(({ name }) => name === 'b46.electricity_kwh');
    const [first] = missingHours(column!);
    const from = new Date(first!).toISOString();
    const to = new Date(first! + 48 * HOUR_MS).toISOString();
    const meter = codeOf(column!.name);
    const days = await pages<RestAggregate>(`/meters/${meter}/readings?from=${from}&to=${to}&every=1d`);
    expect(days.map(({ missing }) => missing)).toEqual([true, true]);
    expect(await path.get('/ledger/verify')).toMatchObject({ ok: true });
  });
});
