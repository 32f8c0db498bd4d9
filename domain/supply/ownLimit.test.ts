import { expect, it } from 'vitest';
import { limitInForce, OWN_LIMIT_LEAST_W, ownLimitFault } from './ownLimit';

it('a resident may choose any whole number of watts from 100 up to the cap, the cap included', () => {
  expect([OWN_LIMIT_LEAST_W, 600, 800].map((limitW) => ownLimitFault(limitW, 800))).toEqual([
    null,
    null,
    null,
  ]);
  expect([99, 801, 600.5, Number.NaN].map((limitW) => ownLimitFault(limitW, 800))).toEqual([
    'TOO_LOW',
    'ABOVE_CAP',
    'NOT_WHOLE',
    'NOT_WHOLE',
  ]);
});

it('the own limit holds below the cap, and a cap that staff lowered below it wins', () => {
  expect(limitInForce(800, null)).toBe(800);
  expect(limitInForce(800, 600)).toBe(600);
  expect(limitInForce(500, 600)).toBe(500);
});
