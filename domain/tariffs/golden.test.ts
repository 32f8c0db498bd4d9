import { describe, expect, it } from 'vitest';
import { checkLate } from '../metering/lateReading';
import { advanceRegister, baselineState } from '../metering/register';
import { registerSpecOf } from '../metering/registerSpec';
import { replaceMeter } from '../metering/replacement';
import { campusZone } from '../time/campusTime';
import { chargeGroups, chargeLine, mergePieces, provenSums } from './chargeLines';
import type { AccrualState, RatedPiece } from './ratedPiece';
import { freshAccrual, type RatableInterval, rateInterval } from './rateSegment';
import { addToStream, carryPico, EMPTY_STREAM, lineAmounts, postStream, type StreamState } from './residual';
import type { TariffBook } from './tariffBook';
import { bookOf, cst, flatTariff, micro, TARIFF_A, TARIFF_B, TARIFF_LONDON } from './testing';

const OPTIONS = { intervalMs: 10_000 };
const bookA = bookOf([TARIFF_A]);
const bookB = bookOf([TARIFF_B]);
const bookF = bookOf([flatTariff('F', cst('2024-01-01 00:00'), 528_300n)]);

function charge(
  book: TariffBook,
  from: number,
  to: number,
  quantity: string,
  accrual: AccrualState = freshAccrual(book, from),
) {
  return charged(book, { fromMs: from, toMs: to, quantityMicro: micro(quantity) }, accrual);
}

function charged(book: TariffBook, interval: RatableInterval, accrual = freshAccrual(book, interval.fromMs)) {
  const rated = rateInterval(book, accrual, interval, OPTIONS);
  return { ...money(rated.pieces), pieces: rated.pieces, accrual: rated.accrual };
}

function money(pieces: RatedPiece[], stream: StreamState = EMPTY_STREAM) {
  const lines = mergePieces(pieces);
  const { amountsMicro, stream: after } = lineAmounts(stream, lines);
  return {
    lines: lines.map((line, i) => [line.period, line.tier, line.quantityMicro, amountsMicro[i]]),
    totalMicro: amountsMicro.reduce((sum, amount) => sum + amount, 0n),
    carryPico: carryPico(after),
    estimated: lines.map((line) => line.estimated),
  };
}

describe('worked examples of the rating rules, to the last digit', () => {
  it('G1 splits one charge over flat and peak', () => {
    const result = charge(bookA, cst('2025-09-10 08:00'), cst('2025-09-10 09:00'), '1.234');
    expect(result.lines).toEqual([
      ['F', 1, 617_000n, 325_961n],
      ['P', 1, 617_000n, 520_254n],
    ]);
    expect(result.totalMicro).toBe(846_215n);
    expect(result.carryPico).toBe(500_000n);
    expect(result.estimated).toEqual([false, false]);
    expect(chargeGroups(result.pieces)).toHaveLength(1);
  });

  it('G2 splits over three periods and, being longer than 2 h, is estimated', () => {
    const result = charge(bookA, cst('2025-09-10 06:50'), cst('2025-09-10 09:10'), '2.000');
    expect(result.lines).toEqual([
      ['V', 1, 142_857n, 38_328n],
      ['F', 1, 1_285_714n, 679_243n],
      ['P', 1, 571_429n, 481_829n],
    ]);
    expect(result.totalMicro).toBe(1_199_400n);
    expect(result.carryPico).toBe(172_100n);
    expect(result.estimated).toEqual([true, true, true]);
  });

  it('G3a crosses one tier limit', () => {
    const accrual = { periodStartMs: cst('2025-09-01 00:00'), quantityMicro: micro('97.5') };
    const result = charge(bookB, cst('2025-09-10 08:00'), cst('2025-09-10 09:00'), '6.250', accrual);
    expect(result.lines).toEqual([
      ['ALL', 1, 2_500_000n, 1_250_000n],
      ['ALL', 2, 3_750_000n, 2_062_500n],
    ]);
    expect(result.totalMicro).toBe(3_312_500n);
    expect(result.accrual.quantityMicro).toBe(103_750_000n);
  });

  it('G3b crosses two tier limits in one delta', () => {
    const accrual = { periodStartMs: cst('2025-09-01 00:00'), quantityMicro: micro('95') };
    const result = charge(bookB, cst('2025-09-10 08:00'), cst('2025-09-10 09:00'), '120', accrual);
    expect(result.lines).toEqual([
      ['ALL', 1, 5_000_000n, 2_500_000n],
      ['ALL', 2, 100_000_000n, 55_000_000n],
      ['ALL', 3, 15_000_000n, 12_000_000n],
    ]);
    expect(result.totalMicro).toBe(69_500_000n);
    expect(result.accrual.quantityMicro).toBe(215_000_000n);
  });

  const spec = registerSpecOf({
    utility: 'ELECTRICITY',
    phases: 1,
    imaxA: 60,
    qmaxM3h: null,
    modulusMicro: micro('1000000'),
    registerDecimals: 2,
    multiplier: 1n,
    resetsToZero: false,
  });
  const at = (text: string, value: string) => ({ tsMs: cst(text), valueMicro: micro(value) });

  it('G4a charges a rollover', () => {
    const state = baselineState(0, at('2025-09-10 12:00', '999998.50'));
    const verdict = advanceRegister(spec, state, at('2025-09-10 12:30', '3.25'));
    expect(verdict.outcome).toBe('ROLLOVER');
    const [interval] = verdict.intervals;
    expect(interval?.quantityMicro).toBe(4_750_000n);
    expect(charged(bookF, interval!).totalMicro).toBe(2_509_425n);
  });

  it('G4b opens a new epoch on a confirmed reset and charges nothing for the jump', () => {
    let state = baselineState(0, at('2025-09-10 12:00', '5000.00'));
    const first = advanceRegister(spec, state, at('2025-09-10 12:15', '3.25'));
    expect([first.outcome, first.intervals]).toEqual(['HELD_RESET', []]);
    const second = advanceRegister(spec, first.state, at('2025-09-10 12:30', '3.40'));
    expect([second.outcome, second.intervals]).toEqual(['HELD_RESET', []]);
    const third = advanceRegister(spec, second.state, at('2025-09-10 12:45', '3.55'));
    expect(third.outcome).toBe('RESET');
    expect(third.epochChange).toMatchObject({
      fromEpoch: 0,
      toEpoch: 1,
      baseline: at('2025-09-10 12:15', '3.25'),
    });
    expect(third.intervals.map((i) => [i.epoch, i.quantityMicro])).toEqual([
      [1, 150_000n],
      [1, 150_000n],
    ]);
    const pieces = third.intervals.flatMap((i) => charged(bookF, i).pieces);
    expect(money(pieces).totalMicro).toBe(158_490n);
    state = third.state;
    expect(state).toMatchObject({ epoch: 1, lastMicro: micro('3.55'), lowHold: null, highHold: null });
  });

  it('G5 re-rates both halves around a late reading', () => {
    const prev = at('2025-09-10 11:00', '500.000');
    const next = at('2025-09-10 12:00', '502.000');
    const before = charge(bookA, prev.tsMs, next.tsMs, '2.000');
    expect(before.lines).toEqual([
      ['P', 1, 1_000_000n, 843_200n],
      ['F', 1, 1_000_000n, 528_300n],
    ]);
    const late = checkLate(spec, prev, at('2025-09-10 11:30', '501.600'), next);
    if (late.kind !== 'SPLIT') throw new Error(late.kind);
    const after = money(late.parts.flatMap((part) => charged(bookA, part).pieces));
    expect(after.lines).toEqual([
      ['P', 1, 1_600_000n, 1_349_120n],
      ['F', 1, 400_000n, 211_320n],
    ]);
    expect(after.totalMicro - before.totalMicro).toBe(188_940n);
  });

  const change = cst('2025-07-01 00:00');
  const bookChange = bookOf([
    flatTariff('OLD', cst('2024-01-01 00:00'), 528_300n),
    flatTariff('NEW', change, 558_300n),
  ]);

  it('G7a splits at a tariff change and breaks the charge there', () => {
    const result = charge(bookChange, cst('2025-06-30 23:40'), cst('2025-07-01 00:10'), '0.900');
    expect(result.lines).toEqual([
      ['ALL', 1, 600_000n, 316_980n],
      ['ALL', 1, 300_000n, 167_490n],
    ]);
    expect(result.totalMicro).toBe(484_470n);
    expect(chargeGroups(result.pieces).map((group) => group[0]?.fromMs)).toEqual([
      cst('2025-06-30 23:40'),
      change,
    ]);
  });

  it('G7b splits what does not divide evenly', () => {
    const result = charge(bookChange, cst('2025-06-30 23:47'), cst('2025-07-01 00:08'), '1.000');
    expect(result.lines).toEqual([
      ['ALL', 1, 619_047n, 327_042n],
      ['ALL', 1, 380_953n, 212_686n],
    ]);
    expect(result.totalMicro).toBe(539_728n);
    expect(result.carryPico).toBe(590_000n);
  });

  it('G7c settles a silent gap over the month end, each month with its own tiers', () => {
    const accrual = { periodStartMs: cst('2025-06-01 00:00'), quantityMicro: micro('190') };
    const result = charge(bookB, cst('2025-06-29 12:00'), cst('2025-07-02 12:00'), '36', accrual);
    expect(result.lines).toEqual([
      ['ALL', 2, 10_000_000n, 5_500_000n],
      ['ALL', 3, 8_000_000n, 6_400_000n],
      ['ALL', 1, 18_000_000n, 9_000_000n],
    ]);
    expect(result.totalMicro).toBe(20_900_000n);
    expect(result.estimated).toEqual([true, true, true]);
    expect(result.accrual).toEqual({ periodStartMs: change, quantityMicro: 18_000_000n });
  });

  it('G9a carries what is below 1 µ from reading to reading', () => {
    let stream = EMPTY_STREAM;
    const amounts: bigint[] = [];
    for (let i = 0; i < 7; i++) {
      const from = cst('2025-09-10 12:00') + i * 60_000;
      const { pieces } = charge(bookF, from, from + 60_000, '0.001');
      const posted = postStream(addToStream(stream, pieces));
      stream = posted.stream;
      amounts.push(posted.amountMicro);
    }
    expect(amounts).toEqual([528n, 528n, 528n, 529n, 528n, 528n, 529n]);
    expect(stream.postedMicro).toBe(3_698n);
    expect(carryPico(stream)).toBe(100_000n);
  });

  it.each([1, 96, 1440])('G9b gives the same day in %i postings', (postings) => {
    let stream = EMPTY_STREAM;
    const every = 1440 / postings;
    for (let i = 0; i < 1440; i++) {
      const from = cst('2025-09-10 00:00') + i * 60_000;
      stream = addToStream(stream, charge(bookF, from, from + 60_000, '0.001').pieces);
      if ((i + 1) % every === 0) stream = postStream(stream).stream;
    }
    expect(stream.postedMicro).toBe(760_752n);
    expect(carryPico(stream)).toBe(0n);
  });

  it('G12 charges the end of the old meter and the start of the new one', () => {
    const old = baselineState(0, at('2025-09-10 12:00', '4560.00'));
    const swap = replaceMeter(spec, old, {
      atMs: cst('2025-09-10 13:00'),
      endMicro: micro('4567.80'),
      startMicro: micro('0.25'),
    });
    const next = advanceRegister(spec, swap.newState, at('2025-09-10 13:30', '3.75'));
    const intervals = [swap.closing!, ...next.intervals];
    expect(intervals.map((i) => i.quantityMicro)).toEqual([7_800_000n, 3_500_000n]);
    expect(money(intervals.flatMap((i) => charged(bookF, i).pieces)).totalMicro).toBe(5_969_790n);
  });

  it('G13a counts nine and a half real hours over the autumn change of clocks', () => {
    const london = campusZone('Europe/London');
    const book = bookOf([TARIFF_LONDON], 'Europe/London');
    const result = charge(book, london.utcOf(2025, 10, 25, 1380), london.utcOf(2025, 10, 26, 450), '9.5');
    expect(result.lines.map(([period, , quantity]) => [period, quantity])).toEqual([
      ['D', 1_000_000n],
      ['N', 8_000_000n],
      ['D', 500_000n],
    ]);
    expect(result.totalMicro).toBe(1_180_000n);
    expect(result.estimated).toEqual([true, true, true]);
  });

  it('G13b counts seven and a half real hours over the spring change of clocks', () => {
    const london = campusZone('Europe/London');
    const book = bookOf([TARIFF_LONDON], 'Europe/London');
    const result = charge(book, london.utcOf(2025, 3, 29, 1380), london.utcOf(2025, 3, 30, 450), '7.5');
    expect(result.lines.map(([period, , quantity]) => [period, quantity])).toEqual([
      ['D', 1_000_000n],
      ['N', 6_000_000n],
      ['D', 500_000n],
    ]);
    expect(result.totalMicro).toBe(990_000n);
    expect(result.estimated).toEqual([true, true, true]);
  });

  it('G18 prices water by tier', () => {
    const water = bookOf([
      {
        ...TARIFF_B,
        code: 'W',
        tierLimitsMicro: [3_000_000n, 5_000_000n, null],
        pricesMicro: [{ ALL: 2_800_000n }, { ALL: 4_200_000n }, { ALL: 8_400_000n }],
      },
    ]);
    const accrual = { periodStartMs: cst('2025-09-01 00:00'), quantityMicro: micro('2.9') };
    const result = charge(water, cst('2025-09-10 08:00'), cst('2025-09-10 09:00'), '1.250', accrual);
    expect(result.lines).toEqual([
      ['ALL', 1, 100_000n, 280_000n],
      ['ALL', 2, 1_150_000n, 4_830_000n],
    ]);
    expect(result.totalMicro).toBe(5_110_000n);
  });

  it('G21 prefers the meter’s rate registers to the linear split', () => {
    const result = charged(bookA, {
      fromMs: cst('2025-09-10 00:00'),
      toMs: cst('2025-09-11 00:00'),
      quantityMicro: micro('4'),
      rateRegisters: {
        shares: [
          { period: 'P', quantityMicro: micro('1') },
          { period: 'F', quantityMicro: micro('1.5') },
          { period: 'V', quantityMicro: micro('1.5') },
        ],
        lsbMicro: 10_000n,
      },
    });
    expect(Object.fromEntries(result.lines.map(([period, , , amount]) => [period, amount]))).toEqual({
      P: 843_200n,
      F: 792_450n,
      V: 402_450n,
    });
    expect(result.lines).toHaveLength(3);
    expect(result.totalMicro).toBe(2_038_100n);
    expect(result.estimated).not.toContain(true);
  });

  it('freezes lines whose numerators anyone can recompute', () => {
    const { pieces } = charge(bookA, cst('2025-09-10 08:00'), cst('2025-09-10 09:00'), '1.234');
    const lines = mergePieces(pieces).map(chargeLine);
    expect(lines[0]).toEqual({
      period: 'F',
      tier: '1',
      q_u: '617000',
      price_u: '528300',
      amount_n: '325961100000',
      payer: 'CUSTOMER',
      estimated: false,
    });
    expect(provenSums(lines)).toEqual(new Map([['CUSTOMER', 846_215_500_000n]]));
    expect(provenSums([{ ...lines[0]!, q_u: '617001' }])).toBeNull();
  });
});
