import { describe, expect, it } from 'vitest';
import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';
import { AlarmBook } from './alarmBook';

const HOUR_MS = 3_600_000;
const METER = {} as SimulatedMeter;

describe('the book of alarms that the score reads', () => {
  /** Words of a rule: `[hour, RAISE or RETURN]`. @returns hours of its alarms */
  const alarms = (rule: AlarmRuleCode, words: readonly (readonly [number, 'RAISE' | 'RETURN'])[]) => {
    const book = new AlarmBook();
    for (const [hour, kind] of words)
      book.take(rule, METER, { kind, at: hour * HOUR_MS, priority: null, value: null, limit: null });
    return book.raised.map(({ at }) => at / HOUR_MS);
  };

  it('counts a further word of an alarm that stands as a hit, and one after its return as another alarm', () => {
    expect(
      alarms('CONSUMPTION_ANOMALY', [
        [1, 'RAISE'],
        [2, 'RAISE'],
        [3, 'RETURN'],
        [4, 'RAISE'],
      ]),
    ).toEqual([1, 4]);
  });

  it('lets a latching alarm stand until it was inspected', () => {
    const leak = [
      [1, 'RAISE'],
      [2, 'RETURN'],
      [9, 'RAISE'],
      [10, 'RETURN'],
      [19, 'RAISE'],
    ] as const;
    expect(alarms('GAS_LEAK', leak)).toEqual([1, 19]);
    expect(alarms('WATER_BURST', leak)).toEqual([1, 9, 19]);
  });
});
