import type { ImportDocument } from '../contracts/importDocument';

/** The campus that every measurement runs on: rooms with one electricity meter each, behind gateways of 50. */

export const SITE = 'bench';
export const METERS_PER_GATEWAY = 50;
const METERS_PER_FLOOR = 50;
const FLOORS_PER_BUILDING = 10;

/** In force since before the first reading. */
const SINCE = '2024-01-01T00:00:00+08:00';

/** Tariff A of the golden examples: three prices a day. */
const TIME_OF_USE = [
  ['00:00', '07:00', 'VALLEY'],
  ['07:00', '08:30', 'FLAT'],
  ['08:30', '11:30', 'PEAK'],
  ['11:30', '14:30', 'FLAT'],
  ['14:30', '17:30', 'PEAK'],
  ['17:30', '19:00', 'FLAT'],
  ['19:00', '21:00', 'PEAK'],
  ['21:00', '23:00', 'FLAT'],
  ['23:00', '24:00', 'VALLEY'],
] as const;

export const meterCode = (index: number): string => `E${String(index).padStart(5, '0')}`;
export const accountCode = (index: number): string => `A${String(index).padStart(5, '0')}`;
export const gatewayCode = (gateway: number): string => `G${String(gateway).padStart(4, '0')}`;
export const buildingCode = (building: number): string => `B${String(building).padStart(2, '0')}`;
export const gatewayOf = (meter: number): number => Math.floor(meter / METERS_PER_GATEWAY);

/** User of the live clients. */
export const VIEWER = 'bench-viewer';
/** Each building holds this many rooms. */
export const METERS_PER_BUILDING = METERS_PER_FLOOR * FLOORS_PER_BUILDING;

/**
 * An import document of `meters` rooms that hold enough money for their windows to post at quarter hours, as nearly all do
 * in reality, and `poor` more after them that hold one fen under a policy that cuts at once.
 */
export function benchCampus(meters: number, poor = 0): ImportDocument {
  const spaces: NonNullable<ImportDocument['spaces']> = [
    { code: 'SITE', kind: 'CAMPUS', name: named('Bench campus') },
  ];
  const points: NonNullable<ImportDocument['meterPoints']> = [];
  const rows: NonNullable<ImportDocument['meters']> = [];
  const accounts: NonNullable<ImportDocument['accounts']> = [];
  const gateways: NonNullable<ImportDocument['gateways']> = [];
  for (let i = 0; i < meters + poor; i++) {
    const floor = Math.floor(i / METERS_PER_FLOOR);
    const building = Math.floor(i / METERS_PER_BUILDING);
    if (i % METERS_PER_BUILDING === 0)
      spaces.push({
        code: buildingCode(building),
        parent: 'SITE',
        kind: 'BUILDING',
        name: named(`Building ${building}`),
      });
    if (i % METERS_PER_FLOOR === 0) {
      spaces.push({
        code: `F${floor}`,
        parent: buildingCode(building),
        kind: 'FLOOR',
        name: named(`Floor ${floor}`),
      });
      gateways.push({ code: gatewayCode(gatewayOf(i)), space: `F${floor}` });
    }
    spaces.push({ code: `R${i}`, parent: `F${floor}`, kind: 'ROOM', name: named(`Room ${i}`) });
    points.push({ code: `P${i}`, space: `R${i}`, utility: 'ELECTRICITY', role: 'CUSTOMER', limitW: 3_000 });
    rows.push({
      code: meterCode(i),
      serial: `SN-${i}`,
      point: `P${i}`,
      gateway: gatewayCode(gatewayOf(i)),
      registerModulus: '1000000',
      registerDecimals: 3,
      imaxA: 100,
      intervalS: 10,
      installedAt: SINCE,
    });
    accounts.push({
      code: accountCode(i),
      kind: 'ROOM',
      space: `R${i}`,
      points: [`P${i}`],
      tariff: 'A',
      policy: i < meters ? 'DEFAULT' : 'AT_ONCE',
      openingBalance: i < meters ? '500.00' : '0.01',
      since: SINCE,
    });
  }
  return {
    campus: { code: SITE, name: named('Bench'), timeZone: 'Asia/Shanghai', currency: 'CNY' },
    policies: [
      { code: 'DEFAULT' },
      {
        code: 'AT_ONCE',
        noCutPeriods: false,
        eligibleForS: 0,
        noticeLeadS: 0,
        noticeBeforePeriodEndS: 0,
      },
    ],
    tariffs: [
      {
        code: 'A',
        versions: [
          {
            validFrom: SINCE,
            accrual: 'MONTH',
            periods: TIME_OF_USE.map(([from, to, code]) => ({ code, from, to })),
            tiers: [{ limit: null }],
            prices: [{ PEAK: '0.8432', VALLEY: '0.2683', FLAT: '0.5283' }],
          },
        ],
      },
    ],
    spaces,
    gateways,
    meterPoints: points,
    meters: rows,
    accounts,
    users: [{ code: VIEWER, name: 'Bench', roles: [{ role: 'ENERGY_MANAGER' }] }],
  };
}

function named(text: string): { zh: string; en: string } {
  return { zh: text, en: text };
}
