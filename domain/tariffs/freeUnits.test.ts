import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeSums } from '../credit/chargeSums';
import { chargeLine, linesWithSurcharges, mergePieces } from './chargeLines';
import { FreeBook, type FreeGrant, FreeUnits, type FreeUse, GivenFreeUnits } from './freeUnits';
import type { RatedPiece } from './ratedPiece';
import { freshAccrual, rateInterval } from './rateSegment';
import { bookOf, cst, flatTariff, micro, SHANGHAI, TARIFF_A, TARIFF_B } from './testing';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;
const OPTIONS = { intervalMs: 10_000 };
const DAY_MS = 86_400_000;

function grant(fields: Partial<FreeGrant> = {}): FreeGrant {
  return {
    id: 1,
    payer: 'FUND:aid',
    quantityMicro: micro('8'),
    perHead: false,
    fromMs: cst('2025-01-01 00:00'),
    toMs: null,
    expiresMs: null,
    advancesTier: true,
    carryOver: false,
    stops: [],
    ...fields,
  };
}

const since = (from: string, to: string | null = null) => ({
  fromMs: cst(from),
  toMs: to === null ? null : cst(to),
});
const used = (quantity: string, periodMs = cst('2025-09-01 00:00')): FreeUse => ({
  grantId: 1,
  periodMs,
  grantedMicro: 0n,
  carriedMicro: 0n,
  usedMicro: micro(quantity),
  uptoMs: 0,
  crossedMs: 0,
});

function paid(pieces: readonly RatedPiece[], payer: string): bigint {
  return pieces.filter((p) => p.payer === payer).reduce((sum, p) => sum + p.numeratorPico, 0n) / 1_000_000n;
}

describe('free units, by the worked examples', () => {
  it('G8a: 8 kWh for each of 4 heads, 30.5 used: 1.5 of the next 4 kWh are paid by the fund', () => {
    const heads = Array.from({ length: 4 }, () => since('2025-08-20 00:00'));
    const free = new FreeUnits(new FreeBook([grant({ perHead: true })], heads, SHANGHAI), [used('30.5')]);
    const book = bookOf([flatTariff('F', cst('2024-01-01 00:00'), 528_300n)]);
    const interval = {
      fromMs: cst('2025-09-10 12:00'),
      toMs: cst('2025-09-10 13:00'),
      quantityMicro: micro('4'),
    };
    const { pieces } = rateInterval(book, freshAccrual(book, interval.fromMs), interval, {
      ...OPTIONS,
      free,
    });
    expect(paid(pieces, 'FUND:aid')).toBe(792_450n);
    expect(paid(pieces, 'CUSTOMER')).toBe(1_320_750n);
  });

  it.each([
    [true, 56_000_000n],
    [false, 55_500_000n],
  ])('G8b: 120 kWh, 10 free, advances_tier %s', (advancesTier, customer) => {
    const units = new FreeBook([grant({ quantityMicro: micro('10'), advancesTier })], [], SHANGHAI);
    const book = bookOf([TARIFF_B]);
    const interval = {
      fromMs: cst('2025-09-10 12:00'),
      toMs: cst('2025-09-10 13:00'),
      quantityMicro: micro('120'),
    };
    const { pieces } = rateInterval(book, freshAccrual(book, interval.fromMs), interval, {
      ...OPTIONS,
      free: new FreeUnits(units, []),
    });
    expect(paid(pieces, 'FUND:aid')).toBe(5_000_000n);
    expect(paid(pieces, 'CUSTOMER')).toBe(customer);
  });
});

describe('what is granted', () => {
  const limitOn = (book: FreeBook, at: string) => book.limitMicro(book.grants[0]!, cst(at));

  it('counts heads as at the start, and a change pro rata by local days from its day on', () => {
    const heads = [since('2025-08-01 00:00'), since('2025-09-11 00:00')];
    const book = new FreeBook([grant({ quantityMicro: micro('30'), perHead: true })], heads, SHANGHAI);
    expect(limitOn(book, '2025-09-10 23:59')).toBe(micro('30'));
    expect(limitOn(book, '2025-09-11 00:00')).toBe(micro('50'));
    expect(limitOn(book, '2025-10-01 00:00')).toBe(micro('60'));
  });

  it('is each day’s share where the grant begins or ends inside a month', () => {
    const half = grant({ quantityMicro: micro('30'), ...since('2025-09-16 00:00', '2025-10-01 00:00') });
    const book = new FreeBook([half], [], SHANGHAI);
    expect(limitOn(book, '2025-09-20 12:00')).toBe(micro('15'));
    expect(new FreeUnits(book, []).left(cst('2025-09-15 23:59'))).toEqual([]);
    expect(new FreeUnits(book, []).left(cst('2025-10-01 00:00'))).toEqual([]);
  });

  it('lapses at the month’s end, or goes on to the next where it may, again and again', () => {
    const left = (carryOver: boolean) =>
      new FreeUnits(new FreeBook([grant({ carryOver, fromMs: cst('2025-08-01 00:00') })], [], SHANGHAI), [
        used('3', cst('2025-08-01 00:00')),
      ]).left(cst('2025-10-05 00:00'))[0]!.leftMicro;
    expect(left(false)).toBe(micro('8'));
    expect(left(true)).toBe(micro('21'));
  });

  it('is not given out while its fund is stopped; use before the stop stays paid by it', () => {
    const stops = [{ fromMs: cst('2025-09-10 12:30'), toMs: null }];
    const free = new FreeUnits(new FreeBook([grant({ stops })], [], SHANGHAI), []);
    const book = bookOf([flatTariff('F', cst('2024-01-01 00:00'), 1_000_000n)]);
    const interval = {
      fromMs: cst('2025-09-10 12:00'),
      toMs: cst('2025-09-10 13:00'),
      quantityMicro: micro('1'),
    };
    const { pieces } = rateInterval(book, freshAccrual(book, interval.fromMs), interval, {
      ...OPTIONS,
      free,
      breakAtMs: free.book.edgesWithin(interval.fromMs, interval.toMs),
    });
    expect(pieces.map((p) => [p.payer, p.quantityMicro])).toEqual([
      ['FUND:aid', 500_000n],
      ['CUSTOMER', 500_000n],
    ]);
  });

  it('is used earliest expiry first', () => {
    const late = grant({ id: 1, payer: 'FUND:late' });
    const soon = grant({ id: 2, payer: 'FUND:soon', toMs: cst('2025-12-01 00:00') });
    const free = new FreeUnits(new FreeBook([late, soon], [], SHANGHAI), []);
    const parts = free.take(cst('2025-09-10 12:00'), cst('2025-09-10 13:00'), micro('20'));
    expect(parts.map((part) => [part.payer, part.quantityMicro])).toEqual([
      ['FUND:soon', micro('8')],
      ['FUND:late', micro('8')],
      ['CUSTOMER', micro('4')],
    ]);
  });
});

describe('surcharges', () => {
  const version = {
    ...TARIFF_A,
    surcharges: [
      { code: 'levy', kind: 'PER_UNIT', valueMicro: 30_000n },
      { code: 'standing', kind: 'PER_DAY', valueMicro: 500_000n },
      { code: 'fuel', kind: 'PERCENT', valueMicro: 5_000_000n },
      { code: 'vat', kind: 'TAX', valueMicro: 13_000_000n },
    ],
  } as const;
  const book = bookOf([version]);
  const steps = fc.array(
    fc.record({ minutes: fc.integer({ min: 1, max: 900 }), wh: fc.nat({ max: 9_000 }) }),
    { minLength: 1, maxLength: 30 },
  );

  it('are lines of their own: by unit, by day, percent of the energy, and tax on everything before', () => {
    const interval = {
      fromMs: cst('2025-09-10 00:00'),
      toMs: cst('2025-09-10 06:00'),
      quantityMicro: micro('10'),
    };
    const { pieces } = rateInterval(book, freshAccrual(book, interval.fromMs), interval, OPTIONS);
    const lines = linesWithSurcharges(mergePieces(pieces), pieces[0]!.surcharges, 1, 'A').map(chargeLine);
    expect(lines.map((line) => [line.period, line.tier])).toEqual([
      ['V', '1'],
      ['PER_UNIT:levy', '0'],
      ['PER_DAY:standing', '0'],
      ['PERCENT:fuel', '0'],
      ['TAX:vat', '0'],
    ]);
    // 2.683 energy, 0.30 levy, 0.50 standing, 5 % of 2.683 = 0.13415, 13 % of 3.61715 = 0.4702295.
    const sums = chargeSums({ lines, amountMicro: 0n, carryPico: 0n, extra: { sums: [], free: null } });
    expect(sums.lineAmountsMicro).toEqual([2_683_000n, 300_000n, 500_000n, 134_150n, 470_229n]);
  });

  it(`T2: however ${RUNS} runs of use are cut into windows, each sum is the same`, () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 50_000 }), fc.nat({ max: 6 }), (cuts, freeWh, every) => {
        const free = new GivenFreeUnits([
          { payer: 'FUND:aid', leftMicro: BigInt(freeWh) * 1_000n, advancesTier: true },
        ]);
        const pieces: RatedPiece[] = [];
        let atMs = cst('2025-09-10 00:00');
        let accrual = freshAccrual(book, atMs);
        for (const { minutes, wh } of cuts) {
          const interval = {
            fromMs: atMs,
            toMs: atMs + minutes * 60_000,
            quantityMicro: BigInt(wh) * 1_000n,
          };
          const rated = rateInterval(book, accrual, interval, { ...OPTIONS, free });
          pieces.push(...rated.pieces);
          accrual = rated.accrual;
          atMs = interval.toMs;
        }
        expect(pieces.reduce((sum, piece) => sum + piece.quantityMicro, 0n)).toBe(
          cuts.reduce((sum, { wh }) => sum + BigInt(wh) * 1_000n, 0n),
        );
        const sumsIn = (size: number) => {
          const total = new Map<string, bigint>();
          for (let i = 0; i < pieces.length; i += size) {
            const window = pieces.slice(i, i + size);
            const days = window.filter((piece) => piece.beginsDay).length;
            for (const line of linesWithSurcharges(mergePieces(window), version.surcharges, days, 'A')) {
              const key = `${line.payer} ${line.tier === 0 ? line.period : 'energy'}`;
              total.set(key, (total.get(key) ?? 0n) + line.numeratorPico);
            }
          }
          return [...total].filter(([, n]) => n !== 0n).sort();
        };
        expect(sumsIn(every + 1)).toEqual(sumsIn(1));
      }),
      { numRuns: RUNS },
    );
  });

  it('a day’s standing charge is asked once a day, with the use that begins at its midnight', () => {
    fc.assert(
      fc.property(steps, (cuts) => {
        let atMs = cst('2025-09-10 07:00');
        const startMs = atMs;
        let days = 0;
        for (const { minutes } of cuts) {
          const interval = { fromMs: atMs, toMs: atMs + minutes * 60_000, quantityMicro: 0n };
          days += rateInterval(book, freshAccrual(book, atMs), interval, OPTIONS).pieces.filter(
            (piece) => piece.beginsDay,
          ).length;
          atMs = interval.toMs;
        }
        const midnight = cst('2025-09-10 00:00');
        const dayOf = (ms: number) => Math.floor((ms - midnight) / DAY_MS);
        expect(days).toBe(dayOf(atMs - 1) - dayOf(startMs));
      }),
      { numRuns: RUNS },
    );
  });
});
