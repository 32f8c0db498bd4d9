import { describe, expect, it } from 'vitest';
import { FEEDER_VOLTAGE_DEFAULTS, feederVoltageRule } from './feederVoltage';

/** What is said while so many of so many meters are out of range, one look after the other. */
function told(looks: readonly (readonly [out: number, meters: number])[]): string[] {
  let state = feederVoltageRule.initial;
  return looks.flatMap(([out, meters], at) => {
    const step = feederVoltageRule.step(state, { at, out, meters }, FEEDER_VOLTAGE_DEFAULTS);
    state = step.state;
    return step.signal ? [`${at} ${step.signal.kind} ${step.signal.value}`] : [];
  });
}

describe('voltage out of range below a feeder', () => {
  it('is one alarm from 30 % of the meters on, and over below 95 % of that', () => {
    expect(
      told([
        [0, 40],
        [11, 40],
        [12, 40],
        [40, 40],
        [12, 40],
        [11, 40],
        [0, 40],
      ]),
    ).toEqual(['2 RAISE 30', '5 RETURN 27.5']);
  });

  it('does not chatter where one meter comes and goes at the limit', () => {
    expect(
      told([
        [60, 200],
        [58, 200],
        [60, 200],
        [57, 200],
      ]),
    ).toEqual(['0 RAISE 30']);
  });

  it('is not said of one or two meters, whatever their share, nor of a feeder without meters', () => {
    expect(
      told([
        [1, 1],
        [2, 3],
        [0, 0],
      ]),
    ).toEqual([]);
  });
});
