import { describe, expect, test } from 'vitest';
import type { BuildingRow, CampusFigures } from '../../contracts/liveEvents';
import { groupBuildings, supplyAndUse } from './supplyUse';

const figures = (change: Partial<CampusFigures>): CampusFigures => ({
  asOf: 0,
  powerW: 819_400,
  useCounted: 1_200,
  useInstalled: 1_200,
  supplyW: 864_000,
  feeds: [
    { point: 'TR-A', pv: false, powerW: 508_000, capacityW: 800_000 },
    { point: 'TR-B', pv: false, powerW: 356_000, capacityW: 630_000 },
  ],
  loadAsOf: 0,
  dataAsOf: 0,
  roomsAsOf: 0,
  energyTodayMicro: '0',
  metersReporting: 0,
  metersTotal: 0,
  transformerShare: null,
  transformerCode: null,
  unexplainedShare: 0.0516,
  unexplainedW: 44_600,
  roomsUnder24h: 0,
  roomsTotal: 0,
  ...change,
});
const words = {
  others: (n: number) => `${n} others`,
  feed: (point: string) => point,
  elsewhere: 'elsewhere',
};
const row = (code: string, powerW: number | null): [string, BuildingRow] => [
  code,
  [code, 1, powerW, 1, 1, 1],
];
const buildings = [
  ...Array.from({ length: 8 }, (_, i) => ({ code: `D${i + 1}`, name: `Dorm ${i + 1}` })),
  { code: 'C', name: 'Chemistry' },
  { code: 'T', name: 'Teaching' },
];

describe('supply against use', () => {
  test('eight numbered dormitories are one line, two of a kind stay two', () => {
    expect(groupBuildings(buildings).map(({ name }) => name)).toEqual(['Dorm 1–8', 'Chemistry', 'Teaching']);
    expect(groupBuildings(buildings.slice(0, 2)).map(({ name }) => name)).toEqual(['Dorm 1', 'Dorm 2']);
  });

  test('use and unexplained add up to 100 % as printed', () => {
    const rows = new Map([...buildings.map(({ code }, i) => row(code, 40_000 + i * 3_000))]);
    const result = supplyAndUse(figures({}), rows, buildings, 6, words);
    const sum = result.use.reduce((total, { tenths }) => total + tenths, 0) + result.unexplainedTenths;
    expect(sum).toBe(1_000);
    expect(result.supply.map(({ tenths }) => tenths)).toEqual([590, 410]);
    expect(result.use.reduce((total, { powerW }) => total + powerW, 0)).toBeCloseTo(819_400, -3);
  });

  test('without a known supply there is no unexplained, and use is all of it', () => {
    const rows = new Map([row('C', 100_000)]);
    const result = supplyAndUse(
      figures({ supplyW: null, unexplainedW: null, powerW: 100_000 }),
      rows,
      buildings,
      6,
      words,
    );
    expect(result.supply).toEqual([]);
    expect(result.unexplainedTenths).toBe(0);
    expect(result.use.map(({ tenths }) => tenths)).toEqual([1_000]);
  });

  test('small uses are gathered, and a silent building takes no share', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({ code: `B${i}`, name: `House ${'abcdefghi'[i]}` }));
    const rows = new Map([...many.map(({ code }, i) => row(code, i === 0 ? null : 10_000 * i))]);
    const result = supplyAndUse(figures({ powerW: 360_000 }), rows, many, 6, words);
    expect(result.use).toHaveLength(6);
    expect(result.use.at(-1)!.name).toBe('3 others');
  });
});
