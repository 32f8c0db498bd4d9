import type { ImportDocument } from '../../contracts/importDocument';
import type { MeterSeries } from './series';

/** Codes under which the columns of a file appear: `R-B0` for `b0.electricity_kwh`. */
export function replayMeterCode(series: MeterSeries, prefix = 'R-'): string {
  const [building] = series.column.split('.');
  return `${prefix}${building!.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`.slice(0, 32);
}

export interface ReplayImportOptions {
  campus: { code: string; name: string; timeZone: string };
  gateway: string;
  prefix?: string;
  /** Price of a kWh or m³, decimal text. */
  price?: string;
  /** How old readings may be, days; a series of another year needs many. */
  lateLimitDays: number;
}

/** An import document with a building, point, meter and account for every series, so that a replay finds its meters. */
export function replayImportDocument(
  series: readonly MeterSeries[],
  options: ReplayImportOptions,
): ImportDocument {
  const price = options.price ?? '0.5283';
  const first = Math.min(...series.map(({ readings }) => readings[0]!.tsMs));
  const since = new Date(first - 86_400_000).toISOString();
  const utilities = [...new Set(series.map(({ utility }) => utility))];
  const rows = series.map((one) => ({ one, code: replayMeterCode(one, options.prefix) }));
  return {
    campus: { ...options.campus, currency: 'CNY', lateLimitDays: options.lateLimitDays },
    tariffs: utilities.map((utility) => ({
      code: `FLAT-${utility}`,
      utility,
      versions: [{ validFrom: since, prices: { ALL: price } }],
    })),
    spaces: rows.map(({ one, code }) => ({ code: `B-${code}`, kind: 'BUILDING', name: one.column })),
    gateways: [{ code: options.gateway, serial: `REPLAY-${options.gateway}` }],
    meterPoints: rows.map(({ one, code }) => ({
      code: `P-${code}`,
      space: `B-${code}`,
      utility: one.utility,
      role: 'CUSTOMER',
      overloadAction: 'ALARM',
      protection: 'CREDIT',
      since,
    })),
    meters: rows.map(({ one, code }) => ({
      code,
      serial: `REPLAY-${code}`,
      point: `P-${code}`,
      gateway: options.gateway,
      phases: 3,
      registerDecimals: 6,
      // Large buildings: the largest plausible draw must lie above what the file holds.
      ...(one.utility === 'ELECTRICITY' ? { imaxA: 20_000 } : { qmaxM3h: 100 }),
      intervalS: one.intervalS,
      hasRelay: false,
      installedAt: since,
    })),
    accounts: rows.map(({ one, code }) => ({
      code: `A-${code}`,
      kind: 'DEPT',
      points: [`P-${code}`],
      tariff: `FLAT-${one.utility}`,
      openingBalance: '900000000.00',
      since,
    })),
  };
}
