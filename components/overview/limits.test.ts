import { expect, test } from 'vitest';
import type { CampusFigures } from '../../contracts/liveEvents';
import { isBeyondALimit } from './limits';
import type { CampusBands } from './overviewTypes';

const band = (limit: number | null) => ({ usual: null, limit, trend: [] });
const bands = {
  load: band(1_430_000),
  meters: band(267),
  unexplained: band(8),
  transformers: { 'TR-A': band(100) },
} as unknown as CampusBands;
const calm = {
  ...{ supplyW: 137_000, powerW: 125_000, metersReporting: 280, metersTotal: 281 },
  ...{ transformerCode: 'TR-A', transformerShare: 0.13, unexplainedShare: 0.05 },
  ...{ roomsUnder24h: 12, roomsTotal: 233 },
} as unknown as CampusFigures;
const beyond = (change: Partial<CampusFigures>) => isBeyondALimit({ ...calm, ...change }, bands);

test('a figure beyond its limit is unusual, whichever it is; none known is none beyond', () => {
  expect(beyond({})).toBe(false);
  expect(beyond({ unexplainedShare: 0.09 })).toBe(true);
  expect(beyond({ roomsUnder24h: 15 })).toBe(true);
  expect(beyond({ metersReporting: 266 })).toBe(true);
  expect(beyond({ supplyW: 1_500_000 })).toBe(true);
  expect(beyond({ transformerShare: 1.01 })).toBe(true);
  expect(
    beyond({ unexplainedShare: null, roomsUnder24h: null, transformerCode: null, transformerShare: null }),
  ).toBe(false);
  expect(isBeyondALimit(null, bands)).toBe(false);
});
