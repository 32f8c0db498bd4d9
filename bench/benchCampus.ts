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
export const pointCode = (index: number): string => `P${index}`;
export const accountCode = (index: number): string => `A${String(index).padStart(5, '0')}`;
export const gatewayCode = (gateway: number): string => `G${String(gateway).padStart(4, '0')}`;
export const buildingCode = (building: number): string => `B${String(building).padStart(2, '0')}`;
export const gatewayOf = (meter: number): number => Math.floor(meter / METERS_PER_GATEWAY);

/** User of the live clients. */
export const VIEWER = 'bench-viewer';
/** Each building holds this many rooms. */
export const METERS_PER_BUILDING = METERS_PER_FLOOR * FLOORS_PER_BUILDING;

/** Rooms beside the fleet's, for what is done to rooms one by one. */
export interface SpareRooms {
  /** They hold one fen under a policy that cuts at once. */
  readonly poor: number;
  /** They hold as much as the fleet's, to be overloaded. */
  readonly loaded: number;
}

/** A room's limit, W. */
export const LIMIT_W = 3_000;

/**
 * An import document of `meters` rooms that hold enough money for their windows to post at quarter hours, as nearly all do
 * in reality, and after them the poor and then the loaded.
 */
export function benchCampus(
  meters: number,
  { poor, loaded }: SpareRooms = { poor: 0, loaded: 0 },
): ImportDocument {
  const spaces: NonNullable<ImportDocument['spaces']> = [
    { code: 'SITE', kind: 'CAMPUS', name: named('Bench campus') },
  ];
  const points: NonNullable<ImportDocument['meterPoints']> = [];
  const rows: NonNullable<ImportDocument['meters']> = [];
  const accounts: NonNullable<ImportDocument['accounts']> = [];
  const gateways: NonNullable<ImportDocument['gateways']> = [];
  const isPoor = (i: number) => i >= meters && i < meters + poor;
  for (let i = 0; i < meters + poor + loaded; i++) {
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
    points.push({
      code: pointCode(i),
      space: `R${i}`,
      utility: 'ELECTRICITY',
      role: 'CUSTOMER',
      limitW: LIMIT_W,
    });
    rows.push({
      code: meterCode(i),
      serial: `SN-${i}`,
      point: pointCode(i),
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
      points: [pointCode(i)],
      tariff: 'A',
      policy: isPoor(i) ? 'AT_ONCE' : 'DEFAULT',
      openingBalance: isPoor(i) ? '0.01' : '500.00',
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
