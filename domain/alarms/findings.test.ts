import { describe, expect, test } from 'vitest';
import { byWorth, type FoundEpisode, findingQuantity, findingScore } from './findings';

const DAY = 86_400_000;
const episode = (rule: FoundEpisode['rule'], evidence: object, days = 0, count = 1): FoundEpisode => ({
  ...{ rule, count, sinceMs: 0, untilMs: days * DAY },
  evidence: { ...evidence },
});

describe('what a finding comes to', () => {
  test('an anomaly is what was beyond the usual, also where less was used', () => {
    expect(findingQuantity(episode('CONSUMPTION_ANOMALY', { value: 12.5 }, 3))).toEqual({
      ...{ utility: 'ELECTRICITY', perDay: null, total: 12.5 },
    });
    expect(findingQuantity(episode('CONSUMPTION_ANOMALY', { value: -4 })).total).toBe(-4);
  });

  test('waste by night counts its nights, an empty room and a loss their days with those before the alarm', () => {
    expect(findingQuantity(episode('IDLE_WASTE', { value: 8 }, 9, 3))).toMatchObject({
      perDay: 8,
      total: 24,
    });
    expect(findingQuantity(episode('VACANT_USE', { value: 2 }, 4.9))).toMatchObject({ perDay: 2, total: 10 });
    expect(findingQuantity(episode('NON_TECHNICAL_LOSS', { value: 16, days: 3 }, 2))).toMatchObject({
      ...{ perDay: 16, total: 80 },
    });
  });

  test('a leak is what had run and its flow since, in m³', () => {
    expect(findingQuantity(episode('WATER_LEAK', { value: 0.1, lossM3: 3 }, 1))).toEqual({
      ...{ utility: 'WATER', perDay: 0.1 * 24, total: 3 + 0.1 * 24 },
    });
  });

  test('evidence that says nothing gives no figure', () => {
    expect(findingQuantity(episode('VACANT_USE', { value: 'much' }))).toMatchObject({ total: null });
    expect(findingScore(episode('VACANT_USE', { value: 1 }))).toBeNull();
  });
});

test('each rule has its own score', () => {
  expect(findingScore(episode('CONSUMPTION_ANOMALY', { z: -7 }))).toEqual({ kind: 'SPREADS', value: 7 });
  expect(findingScore(episode('NON_TECHNICAL_LOSS', { cusum: 21 }))).toEqual({ kind: 'CUSUM', value: 21 });
  expect(findingScore(episode('VACANT_USE', { value: 1, limit: 0.2 }))).toEqual({
    ...{ kind: 'TIMES_LIMIT', value: 5 },
  });
  expect(findingScore(episode('WATER_LEAK', { nights: 2 }))).toEqual({ kind: 'NIGHTS', value: 2 });
  expect(findingScore(episode('IDLE_WASTE', { idlePoints: 4 }))).toEqual({ kind: 'POINTS', value: 4 });
});

test('the dearest finding stands first, unpriced ones behind, savings last of the priced', () => {
  const finding = (id: string, worthMicro: bigint | null, total: number) => ({ id, worthMicro, total });
  const list = [
    ...[finding('1', null, 5), finding('2', -3n, -3), finding('3', 9n, 1)],
    ...[finding('4', 20n, 2), finding('5', null, 50)],
  ];
  expect(list.sort(byWorth).map(({ id }) => id)).toEqual(['4', '3', '2', '5', '1']);
});
