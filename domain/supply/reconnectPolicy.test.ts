import { expect, it } from 'vitest';
import { offSince, outweighs } from './reconnectPolicy';
import { TRIP_CAUSES } from './supplyState';

it('a hazard outweighs an unknown cause, which outweighs a load, and none itself', () => {
  for (const hazard of ['GAS_LEAK', 'LEAKAGE', 'TAMPER', 'FIRE', 'WATER_BURST'] as const) {
    expect(outweighs(hazard, 'OVERLOAD')).toBe(true);
    expect(outweighs(hazard, null)).toBe(true);
    expect(outweighs('FORBIDDEN_LOAD', hazard)).toBe(false);
  }
  expect(outweighs(null, 'OVERLOAD')).toBe(true);
  for (const cause of TRIP_CAUSES) expect(outweighs(cause, cause)).toBe(false);
});

it('a point is off since it was measured so, and since it is held where no reading tells', () => {
  expect(offSince('OPEN', 5, 1)).toBe(5);
  expect(offSince('OPEN', null, 1)).toBe(1);
  expect(offSince('UNKNOWN', null, 1)).toBe(1);
  expect(offSince('CLOSED', 5, 1)).toBeNull();
});
