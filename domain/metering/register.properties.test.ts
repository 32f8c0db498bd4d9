import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLate } from './lateReading';
import type { RegisterReading } from './reading';
import { advanceRegister, baselineState } from './register';
import { capMicro, registerSpecOf } from './registerSpec';
import type { ChargeableInterval, RegisterState } from './registerVerdict';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

const MODULUS_MICRO = 1_000_000_000n;
const SPEC = registerSpecOf({
  utility: 'ELECTRICITY',
  phases: 1,
  imaxA: 60,
  qmaxM3h: null,
  modulusMicro: MODULUS_MICRO,
  registerDecimals: 3,
  multiplier: 1n,
  resetsToZero: false,
});

/** Steps of a sound meter: time, and energy as a share of what the rating lets through. */
const soundSteps = fc.array(
  fc.record({ stepMs: fc.integer({ min: 1_000, max: 7_200_000 }), share: fc.integer({ min: 0, max: 90 }) }),
  { minLength: 2, maxLength: 40 },
);

function series(steps: { stepMs: number; share: number }[], startMicro: bigint) {
  const readings: RegisterReading[] = [{ tsMs: 1_757_462_400_000, valueMicro: startMicro }];
  let totalMicro = 0n;
  for (const { stepMs, share } of steps) {
    const last = readings[readings.length - 1]!;
    const energy = (capMicro(SPEC, stepMs) * BigInt(share)) / 100n;
    totalMicro += energy;
    readings.push({ tsMs: last.tsMs + stepMs, valueMicro: (last.valueMicro + energy) % MODULUS_MICRO });
  }
  return { readings, totalMicro };
}

function feed(readings: readonly RegisterReading[], from: RegisterState | null = null) {
  let state = from;
  const intervals: ChargeableInterval[] = [];
  for (const reading of readings) {
    const verdict = advanceRegister(SPEC, state, reading);
    intervals.push(...verdict.intervals);
    state = verdict.state;
  }
  return { state, intervals, totalMicro: intervals.reduce((sum, i) => sum + i.quantityMicro, 0n) };
}

describe('properties of the register rules', () => {
  it('charge exactly the register’s advance of a sound meter, rollovers included, and tile its time', () => {
    fc.assert(
      fc.property(soundSteps, fc.bigInt({ min: 0n, max: MODULUS_MICRO - 1n }), (steps, startMicro) => {
        const { readings, totalMicro } = series(steps, startMicro);
        const result = feed(readings);
        expect(result.totalMicro).toBe(totalMicro);
        result.intervals.forEach((interval, i) => {
          expect(interval.fromMs).toBe(readings[i]!.tsMs);
          expect(interval.toMs).toBe(readings[i + 1]!.tsMs);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('one wild value anywhere changes no total of a sound meter', () => {
    fc.assert(
      fc.property(
        soundSteps,
        fc.nat(),
        fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 10n ** 30n })),
        (steps, position, wildMicro) => {
          const { readings, totalMicro } = series(steps, 500_000_000n);
          const at = 1 + (position % (readings.length - 1));
          const wild = { tsMs: readings[at]!.tsMs - 500, valueMicro: wildMicro };
          if (wild.tsMs <= readings[at - 1]!.tsMs) return;
          const before = readings[at - 1]!;
          const cap = capMicro(SPEC, wild.tsMs - before.tsMs);
          const difference = wildMicro - before.valueMicro;
          const plausible = difference >= -SPEC.jitterMicro && difference <= cap;
          const wrapped = difference + MODULUS_MICRO;
          if (plausible || (wrapped >= -SPEC.jitterMicro && wrapped <= cap)) return;
          const dirty = [...readings.slice(0, at), wild, ...readings.slice(at)];
          expect(feed(dirty).totalMicro).toBe(totalMicro);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('never charge more than the cap over the time charged, whatever arrives', () => {
    const anything = fc.array(
      fc.record({
        stepMs: fc.integer({ min: 1, max: 86_400_000 }),
        valueMicro: fc.oneof(
          fc.bigInt({ min: -(10n ** 20n), max: 10n ** 30n }),
          fc.bigInt({ min: 0n, max: MODULUS_MICRO }),
        ),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(anything, (steps) => {
        let tsMs = 1_757_462_400_000;
        const readings = steps.map((step) => {
          tsMs += step.stepMs;
          return { tsMs, valueMicro: step.valueMicro };
        });
        for (const interval of feed(readings).intervals) {
          expect(interval.quantityMicro).toBeGreaterThanOrEqual(0n);
          expect(interval.quantityMicro).toBeLessThanOrEqual(capMicro(SPEC, interval.toMs - interval.fromMs));
          expect(interval.toMs).toBeGreaterThan(interval.fromMs);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('a reset charges only the advance after it', () => {
    fc.assert(
      fc.property(soundSteps, soundSteps, (before, after) => {
        fc.pre(after.length >= 3);
        const old = series(before, 500_000_000n);
        const last = old.readings[old.readings.length - 1]!;
        const low = series(after, 0n);
        // A low series that could be the old one's rollover, or climbs back over it, proves nothing.
        fc.pre(low.totalMicro < last.valueMicro && last.valueMicro < MODULUS_MICRO - 200_000_000n);
        const shift = last.tsMs + 1_000 - low.readings[0]!.tsMs;
        const shifted = low.readings.map((r) => ({ ...r, tsMs: r.tsMs + shift }));
        fc.pre(shifted.slice(0, 3).every((r) => r.tsMs - last.tsMs < 21_600_000));
        const result = feed(shifted, baselineState(0, last));
        expect(result.state?.epoch).toBe(1);
        expect(result.totalMicro).toBe(low.totalMicro);
      }),
      { numRuns: RUNS },
    );
  });

  it('a sound late reading never changes the sum of what it divides', () => {
    fc.assert(
      fc.property(soundSteps, fc.bigInt({ min: 0n, max: MODULUS_MICRO - 1n }), (steps, startMicro) => {
        const { readings } = series(steps, startMicro);
        const [prev, late, next] = readings as [RegisterReading, RegisterReading, RegisterReading];
        const whole = feed([prev, next]).totalMicro;
        const verdict = checkLate(SPEC, prev, late, next);
        if (verdict.kind !== 'SPLIT') throw new Error(verdict.kind);
        expect(verdict.parts.reduce((sum, part) => sum + part.quantityMicro, 0n)).toBe(whole);
        expect(verdict.parts.map((part) => part.quantityMicro)).toEqual(
          feed([prev, late, next]).intervals.map((interval) => interval.quantityMicro),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('T1: readings in any order, some of them twice, end in the intervals of the sorted run', () => {
    const shuffled = soundSteps.chain((steps) => {
      const { readings } = series(steps, 10_000_000n);
      const twice = [...readings, ...readings.slice(0, 3)];
      return fc.record({
        readings: fc.constant(readings),
        arrivals: fc.shuffledSubarray(twice, { minLength: twice.length }),
      });
    });
    fc.assert(
      fc.property(shuffled, ({ readings, arrivals }) => {
        let state: RegisterState | null = null;
        const accepted: RegisterReading[] = [];
        const charged = new Map<number, ChargedPart>();
        for (const reading of arrivals) {
          if (accepted.some((known) => known.tsMs === reading.tsMs)) continue;
          if (!state || reading.tsMs > state.lastMs) {
            const verdict = advanceRegister(SPEC, state, reading);
            for (const part of verdict.intervals) charged.set(part.fromMs, part);
            state = verdict.state;
          } else {
            const prev = accepted.filter((known) => known.tsMs < reading.tsMs).pop() ?? null;
            const next = accepted.find((known) => known.tsMs > reading.tsMs) ?? null;
            const verdict = checkLate(SPEC, prev, reading, next);
            if (verdict.kind !== 'SPLIT' && verdict.kind !== 'NEW_BASELINE') throw new Error(verdict.kind);
            for (const part of verdict.parts) charged.set(part.fromMs, part);
          }
          accepted.push(reading);
          accepted.sort((a, b) => a.tsMs - b.tsMs);
        }
        const plain = (parts: Iterable<ChargedPart>) =>
          [...parts]
            .sort((a, b) => a.fromMs - b.fromMs)
            .map(({ fromMs, toMs, quantityMicro }) => [fromMs, toMs, quantityMicro]);
        expect(plain(charged.values())).toEqual(plain(feed(readings).intervals));
      }),
      { numRuns: RUNS },
    );
  });
});

interface ChargedPart {
  fromMs: number;
  toMs: number;
  quantityMicro: bigint;
}
