import { floorDiv } from '../../domain/units';

/**
 * Parts rounded to a step so that they add up to their sum as it is shown: each is rounded down, and what lacks goes to those with
 * the largest remainders, of equal ones to the first. Exact: no part is off by a whole step.
 * @param shownMicro the sum of the parts, rounded to the step, down or to the nearest
 */
export function addUp(partsMicro: readonly bigint[], stepMicro: bigint, shownMicro: bigint): bigint[] {
  const floors = partsMicro.map((part) => floorDiv(part, stepMicro) * stepMicro);
  const lacking = (shownMicro - floors.reduce((sum, floor) => sum + floor, 0n)) / stepMicro;
  const byRemainder = partsMicro
    .map((part, index) => ({ index, remainder: part - floors[index]! }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const raised = new Set(byRemainder.slice(0, Number(lacking)).map(({ index }) => index));
  return floors.map((floor, index) => (raised.has(index) ? floor + stepMicro : floor));
}

/** µ to the nearest step, half up, as quantities of 0 or more are shown. */
export function nearest(micro: bigint, stepMicro: bigint): bigint {
  return floorDiv(micro + stepMicro / 2n, stepMicro) * stepMicro;
}

/** µ down to the step, as money is shown. */
export function down(micro: bigint, stepMicro: bigint): bigint {
  return floorDiv(micro, stepMicro) * stepMicro;
}
