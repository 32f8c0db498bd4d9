import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import { bookOf, cst, flatTariff, TARIFF_A, TARIFF_B } from './testing';
import { bandOf, hourOfWeek, hourOfWeekMedians, timeLeft } from './timeLeft';

const steady = (micro: bigint) => Array.from({ length: 168 }, () => micro);
const flat = bookOf([flatTariff('F', cst('2024-01-01 00:00'), 500_000n)]);
const NONE = { periodStartMs: 0, quantityMicro: 0n };
const nowMs = cst('2025-09-10 06:00');
const load = { book: flat, accrual: NONE, forecastMicro: steady(1_000_000n), freeMicro: 0n };

describe('time left', () => {
  it('claims nothing under seven days of data', () => {
    expect(timeLeft({ nowMs, availableMicro: 1n, loads: [load], dataDays: 6.9 })).toEqual({
      kind: 'LEARNING',
    });
  });

  it('is the balance over a steady load', () => {
    expect(timeLeft({ nowMs, availableMicro: 6_250_000n, loads: [load], dataDays: 7 })).toEqual({
      kind: 'LEFT',
      hours: 12.5,
      beyondHorizon: false,
      band: 'H6_TO_24',
    });
  });

  it('uses free units first', () => {
    const free = { ...load, freeMicro: 3_500_000n };
    const input = { nowMs, availableMicro: 1_000_000n, loads: [free], dataDays: 7 };
    expect(timeLeft(input)).toMatchObject({ hours: 5.5, band: 'UNDER_6_H' });
    expect(timeLeft(input)).toEqual(timeLeft(input));
  });

  it('follows the tariff of each hour', () => {
    const tou = { ...load, book: bookOf([TARIFF_A]) };
    // 06–07 valley, 07–08 flat, then half an hour flat and half an hour peak.
    const availableMicro = 268_300n + 528_300n + (528_300n + 843_200n) / 2n;
    expect(timeLeft({ nowMs, availableMicro, loads: [tou], dataDays: 7 })).toMatchObject({ hours: 3 });
  });

  it('follows the tier, which starts again with the month', () => {
    const tiers = bookOf([TARIFF_B]);
    const full = { periodStartMs: cst('2025-09-01 00:00'), quantityMicro: 200_000_000n };
    const tiered = { ...load, book: tiers, accrual: full };
    const near = { nowMs: cst('2025-09-30 22:00'), loads: [tiered], dataDays: 21 };
    expect(timeLeft({ ...near, availableMicro: 1_600_000n + 500_000n })).toMatchObject({ hours: 3 });
  });

  it('climbs into a dearer tier on the way', () => {
    const accrual = { periodStartMs: cst('2025-09-01 00:00'), quantityMicro: 98_000_000n };
    const climbing = { ...load, book: bookOf([TARIFF_B]), accrual };
    const input = { nowMs, availableMicro: 2n * 500_000n + 2n * 550_000n, loads: [climbing], dataDays: 7 };
    expect(timeLeft(input)).toMatchObject({ hours: 4 });
  });

  it('adds all loads of an account', () => {
    const input = { nowMs, availableMicro: 6_000_000n, loads: [load, load, load], dataDays: 7 };
    expect(timeLeft(input)).toMatchObject({ hours: 4 });
  });

  it('stops at thirty days, and at once without balance', () => {
    const idle = { ...load, forecastMicro: steady(0n) };
    expect(timeLeft({ nowMs, availableMicro: 1n, loads: [idle], dataDays: 7 })).toMatchObject({
      hours: 720,
      beyondHorizon: true,
      band: 'OVER_14_D',
    });
    expect(timeLeft({ nowMs, availableMicro: 0n, loads: [idle], dataDays: 7 })).toMatchObject({
      hours: 0,
      band: 'UNDER_6_H',
    });
  });
});

describe('bands', () => {
  it.each([
    [336.1, 'OVER_14_D'],
    [336, 'D7_TO_14'],
    [168, 'D7_TO_14'],
    [167.9, 'D3_TO_7'],
    [72, 'D3_TO_7'],
    [71.9, 'H24_TO_72'],
    [24, 'H24_TO_72'],
    [23.9, 'H6_TO_24'],
    [6, 'H6_TO_24'],
    [5.9, 'UNDER_6_H'],
  ])('%d hours are in %s', (hours, band) => {
    expect(bandOf(hours)).toBe(band);
  });
});

describe('forecast per hour of the week', () => {
  const zone = campusZone('Asia/Shanghai');

  it('counts from Monday in campus time', () => {
    expect(hourOfWeek(zone, cst('2025-09-08 00:30'))).toBe(0);
    expect(hourOfWeek(zone, cst('2025-09-14 23:30'))).toBe(167);
  });

  it('is the median of that hour, and of all hours where one was never seen', () => {
    const monday = [10n, 99n, 20n].map((quantityMicro, week) => ({
      hourStartMs: cst('2025-09-08 00:00') + week * 7 * 86_400_000,
      quantityMicro,
    }));
    const tuesday = { hourStartMs: cst('2025-09-09 00:00'), quantityMicro: 4n };
    const forecast = hourOfWeekMedians([...monday, tuesday], zone);
    expect([forecast[0], forecast[24], forecast[5]]).toEqual([20n, 4n, 15n]);
    expect(forecast).toHaveLength(168);
  });
});
