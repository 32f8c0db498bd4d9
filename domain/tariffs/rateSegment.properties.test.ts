import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeGroups, mergePieces } from './chargeLines';
import type { RatedPiece } from './ratedPiece';
import { freshAccrual, rateInterval } from './rateSegment';
import {
  addToStream,
  carryPico,
  EMPTY_STREAM,
  lineAmounts,
  postStream,
  takeFromStream,
  unpostedMicro,
} from './residual';
import type { TariffVersion } from './tariff';
import { bookOf, cst, TARIFF_A, TARIFF_A_SPANS, TARIFF_B } from './testing';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

const OPTIONS = { intervalMs: 900_000 };
/** Three periods, three tiers a month, and a change of price in the middle of a day. */
const TIERED: TariffVersion = {
  ...TARIFF_B,
  code: 'M-1',
  periods: { DAY: TARIFF_A_SPANS },
  tierLimitsMicro: [20_000_000n, 50_000_000n, null],
  pricesMicro: [
    { P: 843_200n, V: 268_300n, F: 528_300n },
    { P: 943_201n, V: 300_007n, F: 628_301n },
    { P: 1_243_207n, V: 500_001n, F: 828_303n },
  ],
};
const NEXT = {
  ...TIERED,
  code: 'M-2',
  validFromMs: cst('2025-09-15 13:20'),
  pricesMicro: [...TIERED.pricesMicro].reverse(),
};
const books = {
  shanghai: bookOf([TIERED, NEXT]),
  london: bookOf([TIERED, NEXT], 'Europe/London'),
};
const book = books.shanghai;
const START_MS = cst('2025-09-01 03:17');

const readings = fc.array(
  fc.record({
    stepMs: fc.integer({ min: 1, max: 3 * 86_400_000 }),
    quantityMicro: fc.bigInt({ min: 0n, max: 30_000_000n }),
  }),
  { minLength: 1, maxLength: 40 },
);

function rateAll(steps: { stepMs: number; quantityMicro: bigint }[], some = book) {
  let fromMs = START_MS;
  let accrual = freshAccrual(some, fromMs);
  return steps.map(({ stepMs, quantityMicro }) => {
    const interval = { fromMs, toMs: fromMs + stepMs, quantityMicro };
    const rated = rateInterval(some, accrual, interval, OPTIONS);
    accrual = rated.accrual;
    fromMs += stepMs;
    return { interval, pieces: rated.pieces, accrual };
  });
}

const sumOf = (pieces: readonly RatedPiece[]) => pieces.reduce((sum, piece) => sum + piece.quantityMicro, 0n);

describe('properties of rating', () => {
  it('T3: pieces sum to the delta, tile its time and each has one price of the version in force', () => {
    fc.assert(
      fc.property(readings, fc.constantFrom(...Object.values(books)), (steps, some) => {
        for (const { interval, pieces } of rateAll(steps, some)) {
          expect(sumOf(pieces)).toBe(interval.quantityMicro);
          let atMs = interval.fromMs;
          for (const piece of pieces) {
            if (piece.fromMs !== atMs) {
              expect(piece.fromMs).toBeLessThan(atMs);
              expect(piece.toMs).toBe(atMs);
            }
            atMs = piece.toMs;
            const inForce = some.at(piece.fromMs);
            expect(piece.toMs).toBeLessThanOrEqual(inForce.toMs);
            expect([piece.tariffVersion, piece.period]).toEqual([inForce.version.code, inForce.period]);
            expect(piece.priceMicro).toBe(inForce.version.pricesMicro[piece.tier - 1]![piece.period]);
            expect(piece.numeratorPico).toBe(piece.quantityMicro * piece.priceMicro);
          }
          expect(atMs).toBe(interval.toMs);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('T2: however readings are batched into charges, posted totals are the floor of the exact sum', () => {
    fc.assert(
      fc.property(readings, fc.infiniteStream(fc.boolean()), (steps, postNow) => {
        const rated = rateAll(steps);
        let stream = EMPTY_STREAM;
        let batch: RatedPiece[] = [];
        let before = stream;
        for (const { pieces } of rated) {
          stream = addToStream(stream, pieces);
          batch.push(...pieces);
          if (!postNow.next().value) continue;
          const posted = postStream(stream);
          const lines = lineAmounts(before, mergePieces(batch));
          expect(lines.amountsMicro.reduce((sum, amount) => sum + amount, 0n)).toBe(posted.amountMicro);
          expect(lines.stream).toEqual(posted.stream);
          stream = posted.stream;
          before = stream;
          batch = [];
        }
        const last = postStream(stream).stream;
        const exactPico = rated
          .flatMap(({ pieces }) => pieces)
          .reduce((sum, piece) => sum + piece.numeratorPico, 0n);
        expect(last.postedMicro).toBe(exactPico / 1_000_000n);
        expect(carryPico(last)).toBe(exactPico % 1_000_000n);
      }),
      { numRuns: RUNS },
    );
  });

  it('charges break at each campus midnight, version edge and accrual start, and nowhere else', () => {
    fc.assert(
      fc.property(readings, (steps) => {
        for (const { pieces } of rateAll(steps)) {
          for (const group of chargeGroups(pieces)) {
            const fromMs = group[0]!.fromMs;
            const toMs = group[group.length - 1]!.toMs;
            expect(book.zone.dateKey(fromMs)).toBe(book.zone.dateKey(toMs - 1));
            expect(new Set(group.map((piece) => piece.tariffVersion)).size).toBe(1);
          }
          for (const piece of pieces.filter((some) => some.breakBefore)) {
            const midnight = book.zone.localDayStart(piece.fromMs) === piece.fromMs;
            expect(midnight || piece.fromMs === NEXT.validFromMs).toBe(true);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('the accrual is what was used since the accrual period began', () => {
    fc.assert(
      fc.property(readings, (steps) => {
        const rated = rateAll(steps);
        const { accrual } = rated[rated.length - 1]!;
        const inPeriod = rated
          .flatMap(({ pieces }) => pieces)
          .filter((piece) => piece.fromMs >= accrual.periodStartMs);
        expect(sumOf(inPeriod)).toBe(accrual.quantityMicro);
      }),
      { numRuns: RUNS },
    );
  });

  it('the parts of two accounts, rated apart, are exactly the whole', () => {
    const long = fc.record({
      lengthMs: fc.integer({ min: 2, max: 5 * 86_400_000 }),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      quantityMicro: fc.bigInt({ min: 0n, max: 10_000_000n }),
    });
    const flat = bookOf([TARIFF_A]);
    const NO_ACCRUAL = { periodStartMs: 0, quantityMicro: 0n };
    fc.assert(
      fc.property(long, ({ lengthMs, cut, quantityMicro }) => {
        const fromMs = START_MS;
        const toMs = START_MS + lengthMs;
        const atMs = fromMs + Math.floor(cut * lengthMs);
        fc.pre(atMs > fromMs && atMs < toMs);
        const interval = { fromMs, toMs, quantityMicro };
        const whole = rateInterval(flat, NO_ACCRUAL, interval, { ...OPTIONS, breakAtMs: [atMs] });
        const parts = [
          { fromMs, toMs: atMs },
          { fromMs: atMs, toMs },
        ].map((part) => rateInterval(flat, NO_ACCRUAL, interval, { ...OPTIONS, part }).pieces);
        expect(parts.flat()).toEqual(whole.pieces);
        expect(parts[1]![0]!.breakBefore).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('measured rate registers keep each period’s quantity wherever the charge breaks', () => {
    const shares = fc.tuple(
      fc.bigInt({ min: 0n, max: 30_000_000n }),
      fc.bigInt({ min: 0n, max: 30_000_000n }),
      fc.bigInt({ min: 0n, max: 30_000_000n }),
    );
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 4 * 86_400_000 }), ([p, f, v], lengthMs) => {
        const interval = {
          fromMs: START_MS,
          toMs: START_MS + lengthMs,
          quantityMicro: p + f + v,
          rateRegisters: {
            shares: [
              { period: 'P', quantityMicro: p },
              { period: 'F', quantityMicro: f },
              { period: 'V', quantityMicro: v },
            ],
            lsbMicro: 10_000n,
          },
        };
        const { pieces } = rateInterval(book, freshAccrual(book, START_MS), interval, OPTIONS);
        for (const [period, quantityMicro] of [
          ['P', p],
          ['F', f],
          ['V', v],
        ] as const) {
          expect(sumOf(pieces.filter((piece) => piece.period === period))).toBe(quantityMicro);
        }
        for (const group of chargeGroups(pieces)) {
          const keys = group.map((piece) => `${piece.tier}/${piece.period}`);
          expect(new Set(keys).size).toBe(keys.length);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('a reversal leaves the stream as if the charge had never been', () => {
    fc.assert(
      fc.property(readings, (steps) => {
        let stream = EMPTY_STREAM;
        for (const { pieces } of rateAll(steps)) {
          const after = postStream(addToStream(stream, pieces));
          const numeratorPico = pieces.reduce((sum, piece) => sum + piece.numeratorPico, 0n);
          expect(takeFromStream(after.stream, { numeratorPico, amountMicro: after.amountMicro })).toEqual(
            stream,
          );
          stream = after.stream;
          expect(unpostedMicro(stream)).toBe(0n);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
