import { describe, expect, it } from 'vitest';
import {
  type FeederDay,
  NON_TECHNICAL_LOSS_DEFAULTS,
  nonTechnicalLossRule,
  rankSuspects,
} from './nonTechnicalLoss';

const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);

/** A day of a feeder whose cables lose 3 %, a little more or less, and from which `stolen` kWh go unmetered. */
function day(n: number, stolen: number, completeness = 1): FeederDay {
  const supplyKwh = 400 + 60 * Math.sin(n) + (n % 7 >= 5 ? -80 : 0);
  const technical = supplyKwh * (0.03 + 0.0015 * Math.sin(n * 12.9898));
  return {
    date: new Date(START + n * DAY).toISOString().slice(0, 10),
    endMs: START + (n + 1) * DAY,
    supplyKwh,
    childrenKwh: supplyKwh - technical - stolen,
    completeness,
  };
}

function kinds(days: readonly FeederDay[]): string[] {
  let state = nonTechnicalLossRule.initial;
  return days.flatMap((one) => {
    const step = nonTechnicalLossRule.step(state, one, NON_TECHNICAL_LOSS_DEFAULTS);
    state = step.state;
    return step.signal ? [`${one.date} ${step.signal.kind}`] : [];
  });
}

const days = (count: number, stolen: (n: number) => number, completeness: (n: number) => number = () => 1) =>
  Array.from({ length: count }, (_, n) => day(n, stolen(n), completeness(n)));

describe('unexplained loss', () => {
  it('is raised on the third day of a step, and returns three days after its end', () => {
    expect(kinds(days(60, (n) => (n >= 30 && n < 40 ? 12 : 0)))).toEqual([
      '2025-02-02 RAISE',
      '2025-02-12 RETURN',
    ]);
  });
  it('does not become normal by lasting', () => {
    expect(kinds(days(120, (n) => (n >= 30 ? 12 : 0)))).toEqual(['2025-02-02 RAISE']);
  });
  it('is no alarm while cables lose what they always did, on two days only, or below 2 kWh', () => {
    expect(kinds(days(120, () => 0))).toEqual([]);
    expect(kinds(days(60, (n) => (n === 30 || n === 31 ? 30 : 0)))).toEqual([]);
    expect(kinds(days(60, (n) => (n >= 30 ? 1 : 0)))).toEqual([]);
  });
  it('is not judged while a meter below is not read: what it would have counted is no loss', () => {
    expect(
      kinds(
        days(
          60,
          (n) => (n >= 30 && n < 40 ? 40 : 0),
          (n) => (n >= 30 && n < 40 ? 0.97 : 1),
        ),
      ),
    ).toEqual([]);
  });
});

it('ranks first whose use fell as the loss rose', () => {
  const loss = Array.from({ length: 28 }, (_, n) => (n >= 24 ? 20 : 12) + Math.sin(n));
  const series = [
    { point: 'steady', usedKwh: loss.map((_, n) => 10 + Math.cos(n)) },
    { point: 'thief', usedKwh: loss.map((_, n) => (n >= 24 ? 2 : 10) + Math.cos(n * 3)) },
    { point: 'holiday', usedKwh: loss.map((_, n) => (n >= 26 ? 6 : 10) + Math.cos(n * 5)) },
    { point: 'grew', usedKwh: loss.map((_, n) => (n >= 24 ? 15 : 10)) },
    { point: 'unread', usedKwh: loss.map(() => null) },
  ];
  const [first, second] = rankSuspects(loss, series, 24, 5);
  expect([first!.point, second!.point]).toEqual(['thief', 'holiday']);
  expect(first!.correlation).toBeGreaterThan(0.9);
  expect(first!.sinceKwh).toBeLessThan(first!.beforeKwh);
  expect(rankSuspects(loss, series, 24, 5).map(({ point }) => point)).not.toContain('grew');
});
