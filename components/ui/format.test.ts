import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { microFromText } from '../../domain/units';
import {
  energyUnitFor,
  estimated,
  formatDifference,
  formatEnergy,
  formatEnergyWall,
  formatMoney,
  formatMoneyText,
  formatNumber,
  formatOwed,
  formatPercent,
  formatPower,
  formatPowerNumber,
  formatRange,
  formatUnitPrice,
  formatVolume,
  LONG_DASH,
  missing,
  NNBSP,
  powerUnitFor,
} from './format';

/** Readable form: the narrow space as a plain one. */
const plain = (text: string) => text.replaceAll(NNBSP, ' ');
const micro = (text: string) => microFromText(text)!;

describe('power', () => {
  test.each([
    [1_240, 'room', '1,240 W'],
    [9_999, 'room', '9,999 W'],
    [0, 'room', '0 W'],
    [10_000, 'room', '10.0 kW'],
    [412_000, 'campus', '412 kW'],
    [94_300, 'campus', '94.3 kW'],
    [1_235_000, 'campus', '1,235 kW'],
    [99_960, 'campus', '100 kW'],
    [9_996, 'campus', '10.0 kW'],
    [500, 'campus', '0.500 kW'],
    [0, 'campus', '0 kW'],
    [12_400_000, 'campus', '12.4 MW'],
    [-2_500, 'campus', '−2.50 kW'],
  ] as const)('%d W of a %s reads %s', (watts, scope, text) => {
    expect(plain(formatPower(watts, scope))).toBe(text);
  });

  test('a column keeps one unit, chosen by its largest value', () => {
    const unit = powerUnitFor(12_400_000);
    expect(plain(formatPower(300_000, 'campus', unit))).toBe('0.300 MW');
    expect(powerUnitFor(9_999_999)).toBe('kW');
    expect(powerUnitFor(9_999.4, 'room')).toBe('W');
  });

  test('a missing or broken value is a long dash, never 0 and never NaN', () => {
    expect(formatPower(null)).toBe(LONG_DASH);
    expect(formatPower(Number.NaN)).toBe(LONG_DASH);
    expect(formatPowerNumber(Number.POSITIVE_INFINITY, 'kW')).toBe(LONG_DASH);
  });
});

describe('energy', () => {
  test.each([
    ['38.249999', 'room', '38.2 kWh'],
    ['38.25', 'room', '38.3 kWh'],
    ['1204.4', 'building', '1,204 kWh'],
    ['99999.4', 'building', '99,999 kWh'],
    ['808000', 'building', '808 MWh'],
    ['12400000', 'building', '12,400 MWh'],
    ['0', 'room', '0.0 kWh'],
    ['-3.06', 'room', '−3.1 kWh'],
  ] as const)('%s kWh of a %s reads %s', (kwh, scope, text) => {
    expect(plain(formatEnergy(micro(kwh), scope))).toBe(text);
  });

  test('a Chinese wall counts in ten thousands, an English one does not', () => {
    expect(plain(formatEnergyWall(micro('124000'), 'zh-CN'))).toBe('12.4 万kWh');
    expect(plain(formatEnergyWall(micro('124000'), 'en'))).toBe('124 MWh');
    expect(plain(formatEnergyWall(micro('14311'), 'zh-CN'))).toBe('14,311 kWh');
  });

  test('reads integer µ text of live frames and refuses other text', () => {
    expect(plain(formatEnergy('38200000', 'room'))).toBe('38.2 kWh');
    expect(formatEnergy('38.2', 'room')).toBe(LONG_DASH);
    expect(formatEnergy(null)).toBe(LONG_DASH);
  });

  test('the unit changes at 100,000 kWh', () => {
    expect(energyUnitFor(micro('99999.999999'))).toBe('kWh');
    expect(energyUnitFor(micro('100000'))).toBe('MWh');
  });

  test('water has two decimals in a room and none in a building', () => {
    expect(plain(formatVolume(micro('3.456'), 'room'))).toBe('3.46 m³');
    expect(plain(formatVolume(micro('1203.6')))).toBe('1,204 m³');
  });
});

describe('money', () => {
  test.each([
    ['1234.569999', '¥1,234.56'],
    ['0', '¥0.00'],
    ['0.009999', '¥0.00'],
    ['-8', '−¥8.00'],
    ['-8.000001', '−¥8.01'],
    ['-0.000001', '−¥0.01'],
    ['9999999.99', '¥9,999,999.99'],
  ])('%s is shown as %s, rounded down to fen', (yuan, text) => {
    expect(formatMoney(micro(yuan))).toBe(text);
  });

  test('proofs show all six decimals, exactly', () => {
    expect(formatMoneyText('-0.065507', { decimals: 6 })).toBe('−¥0.065507');
    expect(formatMoney(micro('24.318204'), { decimals: 6 })).toBe('¥24.318204');
  });

  test('a screen never shows more money than there is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (amount) => {
        const shown = formatMoney(amount).replace('¥', '').replaceAll(',', '').replace('−', '-');
        const back = microFromText(shown)!;
        expect(back <= amount).toBe(true);
        expect(amount - back < 10_000n).toBe(true);
      }),
    );
  });

  test.each([
    ['0', '¥0.00'],
    ['0.000001', '¥0.01'],
    ['1.441500', '¥1.45'],
    ['1234.56', '¥1,234.56'],
  ])(
    '%s owed is shown as %s, as the balance below zero shows it: whoever pays that owes nothing',
    (yuan, text) => {
      expect(formatOwed(micro(yuan))).toBe(text);
      expect(formatMoney(-micro(yuan)).replace('−', '')).toBe(text);
    },
  );

  test('another currency keeps its sign before the amount; a gain may carry its sign', () => {
    expect(formatMoney(micro('-5'), { currency: 'EUR' })).toBe('−€5.00');
    expect(formatMoney(micro('5'), { sign: 'always' })).toBe('+¥5.00');
    expect(formatMoneyText(null)).toBe(LONG_DASH);
    expect(formatMoneyText('soon')).toBe(LONG_DASH);
  });

  test('a unit price has four decimals', () => {
    expect(formatUnitPrice(528_300n)).toBe('¥0.5283/kWh');
    expect(formatUnitPrice(3_250_000n, 'm³')).toBe('¥3.2500/m³');
  });
});

describe('percent, ranges and missing values', () => {
  test.each([
    [5.24, '5.2 %'],
    [9.96, '10 %'],
    [9.94, '9.9 %'],
    [96.4, '96 %'],
    [0, '0.0 %'],
    [-4.25, '−4.3 %'],
    [128, '128 %'],
  ])('%d reads %s', (percent, text) => {
    expect(plain(formatPercent(percent))).toBe(text);
  });

  test('thousands by comma, decimals by point, a true minus, and no minus before a zero', () => {
    expect(formatNumber(-1_234_567.891, 2)).toBe('−1,234,567.89');
    expect(formatNumber(-0.001, 1)).toBe('0.0');
    expect(formatDifference(15)).toBe('+15.0');
    expect(formatDifference(-2.5)).toBe('−2.5');
    expect(formatDifference(0.01)).toBe('0.0');
    expect(formatRange('778', '872')).toBe('778–872');
  });

  test('an estimate says so, a missing value says why', () => {
    expect(plain(estimated(formatEnergy(micro('38'), 'building')))).toBe('≈ 38 kWh');
    expect(estimated(LONG_DASH)).toBe(LONG_DASH);
    expect(missing('no reading for 14 min')).toBe('— (no reading for 14 min)');
  });
});
