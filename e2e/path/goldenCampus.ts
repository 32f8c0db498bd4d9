import type { ImportDocument } from '../../contracts/importDocument';

/** Opening credit of every account of the worked examples. */
export const OPENING = '500.00';
const SINCE = '2025-01-01';

type TariffCode = 'A' | 'B' | 'F' | 'F2';

/** A meter of its own account for one worked example, named after it. */
export interface ExampleMeter {
  readonly code: string;
  readonly tariff: TariffCode;
  readonly more?: Partial<NonNullable<ImportDocument['meters']>[number]>;
  /** Default `OPENING`. */
  readonly credit?: string;
  /** Default: as any room, which may be cut. */
  readonly protection?: 'CREDIT';
}

const PERIODS = [
  { code: 'V', from: '23:00', to: '07:00' },
  { code: 'F', from: '07:00', to: '08:30' },
  { code: 'P', from: '08:30', to: '11:30' },
  { code: 'F', from: '11:30', to: '14:30' },
  { code: 'P', from: '14:30', to: '17:30' },
  { code: 'F', from: '17:30', to: '19:00' },
  { code: 'P', from: '19:00', to: '21:00' },
  { code: 'F', from: '21:00', to: '23:00' },
];

/** A campus with the tariffs of the worked examples, and one room, account and meter for each of these. */
export function goldenCampus(
  examples: readonly ExampleMeter[],
  gateways: readonly string[] = ['GW'],
): ImportDocument {
  return {
    campus: {
      code: 'gold',
      name: 'Worked examples',
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      // The examples are dated; what they are about does not depend on when they arrive.
      lateLimitDays: 3_650,
    },
    policies: [{ code: 'DEFAULT', noCutPeriods: false }],
    tariffs: [
      {
        code: 'A',
        versions: [{ validFrom: SINCE, periods: PERIODS, prices: { P: '0.8432', V: '0.2683', F: '0.5283' } }],
      },
      {
        code: 'B',
        versions: [
          {
            validFrom: SINCE,
            accrual: 'MONTH',
            tiers: [{ limit: '100' }, { limit: '200' }, { limit: null }],
            prices: [{ ALL: '0.5000' }, { ALL: '0.5500' }, { ALL: '0.8000' }],
          },
        ],
      },
      { code: 'F', versions: [{ validFrom: SINCE, prices: { ALL: '0.5283' } }] },
      {
        code: 'F2',
        versions: [
          { validFrom: SINCE, prices: { ALL: '0.5283' } },
          { validFrom: '2025-07-01', prices: { ALL: '0.5583' } },
        ],
      },
    ],
    spaces: [
      { code: 'HALL', kind: 'BUILDING', name: 'Hall' },
      ...examples.map(({ code }) => ({
        code: `R-${code}`,
        parent: 'HALL',
        kind: 'ROOM' as const,
        name: code,
      })),
    ],
    gateways: gateways.map((code) => ({ code, space: 'HALL' })),
    meterPoints: examples.map(({ code, protection }) => ({
      code: `P-${code}`,
      space: `R-${code}`,
      utility: 'ELECTRICITY' as const,
      role: 'CUSTOMER' as const,
      protection: protection ?? ('NONE' as const),
      since: SINCE,
    })),
    meters: examples.map(({ code, more }) => ({
      code,
      serial: `S-${code}`,
      point: `P-${code}`,
      gateway: 'GW',
      imaxA: 400,
      registerDecimals: 3,
      intervalS: 60,
      installedAt: SINCE,
      ...more,
    })),
    accounts: examples.map(({ code, tariff, credit }) => ({
      code: `A-${code}`,
      kind: 'ROOM' as const,
      space: `R-${code}`,
      points: [`P-${code}`],
      tariff,
      openingBalance: credit ?? OPENING,
      since: SINCE,
    })),
  };
}
