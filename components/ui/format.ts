import { floorDiv, MICRO, microFromText } from '../../domain/units';
import type { Locale } from '../i18n/locale';

/** Space between a number and its unit: it never breaks and is narrower than a word space. */
export const NNBSP = '\u202F';
export const MINUS = '\u2212';
/** What stands where a number is missing; the reason follows it. */
export const LONG_DASH = '\u2014';
export const EN_DASH = '\u2013';

const SIGNIFICANT = 3;

/** Comma thousands, point decimal, true minus, in both languages. `digits` is unsigned decimal text. */
function grouped(digits: string, negative: boolean): string {
  const [whole = '0', fraction] = digits.split('.');
  const body = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '');
  return negative && /[1-9]/.test(digits) ? MINUS + body : body;
}

/** A plain number with a fixed count of decimals. NaN and infinities are a missing value, never text. */
export function formatNumber(value: number | null, decimals = 0): string {
  if (value === null || !Number.isFinite(value)) return LONG_DASH;
  return grouped(Math.abs(value).toFixed(decimals), value < 0);
}

/** Decimals that give three significant figures, never more than three and never rounding whole digits away. */
function decimalsFor(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return 0;
  for (let decimals = SIGNIFICANT; decimals > 0; decimals--) {
    const rounded = Number(magnitude.toFixed(decimals));
    const wholeDigits = rounded < 1 ? 0 : Math.floor(rounded).toString().length;
    if (wholeDigits + decimals <= SIGNIFICANT) return decimals;
  }
  return 0;
}

/** Number with its unit behind a narrow no-break space; a missing number stands alone. */
export function withUnit(number: string, unit: string): string {
  return number === LONG_DASH || unit === '' ? number : `${number}${NNBSP}${unit}`;
}

export type PowerUnit = 'W' | 'kW' | 'MW';
const WATTS: Record<PowerUnit, number> = { W: 1, kW: 1_000, MW: 1_000_000 };

/**
 * The one unit of a column or a chart, chosen by its largest value: rooms in W up to 9,999 W, elsewhere kW, MW from 10,000 kW.
 *
 * @param maxW largest magnitude in W
 */
export function powerUnitFor(maxW: number, scope: 'room' | 'campus' = 'campus'): PowerUnit {
  const magnitude = Math.abs(maxW);
  if (scope === 'room' && Math.round(magnitude) <= 9_999) return 'W';
  return magnitude >= 10_000_000 ? 'MW' : 'kW';
}

/** A power in the given unit without the unit, three significant figures (whole watts in W). */
export function formatPowerNumber(powerW: number | null, unit: PowerUnit): string {
  if (powerW === null || !Number.isFinite(powerW)) return LONG_DASH;
  const value = powerW / WATTS[unit];
  return formatNumber(value, unit === 'W' ? 0 : decimalsFor(value));
}

/** A power with its unit: `1,240 W` in a room, `412 kW` and `12.4 MW` elsewhere. */
export function formatPower(
  powerW: number | null,
  scope: 'room' | 'campus' = 'campus',
  unit: PowerUnit = powerUnitFor(powerW ?? 0, scope),
): string {
  return withUnit(formatPowerNumber(powerW, unit), unit);
}

/** Decimal text of µ, rounded half away from zero to `decimals` (0..6) without a float. */
function roundedMicro(micro: bigint, decimals: number): string {
  const step = 10n ** BigInt(6 - decimals);
  const magnitude = micro < 0n ? -micro : micro;
  const units = (magnitude + step / 2n) / step;
  const text = units.toString().padStart(decimals + 1, '0');
  const digits = decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
  return grouped(digits, micro < 0n);
}

/** µ as bigint, as integer µ text (live frames) or null. */
export type MicroLike = bigint | string | null;

function microOf(value: MicroLike): bigint | null {
  if (value === null || typeof value === 'bigint') return value;
  return /^-?\d+$/.test(value) ? BigInt(value) : null;
}

export type EnergyUnit = 'kWh' | 'MWh';

/** Energy shows in MWh from 100,000 kWh; give the largest of a column so that it keeps one unit. */
export function energyUnitFor(maxMicro: bigint): EnergyUnit {
  const magnitude = maxMicro < 0n ? -maxMicro : maxMicro;
  return magnitude >= 100_000n * MICRO ? 'MWh' : 'kWh';
}

/** An energy in the given unit without the unit: one decimal for a room, none for a building, three figures in MWh. */
export function formatEnergyNumber(
  quantity: MicroLike,
  scope: 'room' | 'building' = 'building',
  unit: EnergyUnit = 'kWh',
): string {
  const micro = microOf(quantity);
  if (micro === null) return LONG_DASH;
  if (unit === 'MWh') {
    const scaled = micro / 1_000n;
    return roundedMicro(scaled, decimalsFor(Number(scaled) / 1e6));
  }
  return roundedMicro(micro, scope === 'room' ? 1 : 0);
}

/** An energy with its unit: `38.2 kWh` in a room, `1,204 kWh` in a building, `808 MWh`. Input µkWh. */
export function formatEnergy(
  quantity: MicroLike,
  scope: 'room' | 'building' = 'building',
  unit?: EnergyUnit,
): string {
  const micro = microOf(quantity);
  const shown = unit ?? energyUnitFor(micro ?? 0n);
  return withUnit(formatEnergyNumber(micro, scope, shown), shown);
}

/** Chinese walls count in ten thousands: `12.4 万kWh`; English and small amounts as everywhere. */
export function formatEnergyWall(quantity: MicroLike, locale: Locale): string {
  const micro = microOf(quantity);
  if (micro === null || locale === 'en' || energyUnitFor(micro) === 'kWh') return formatEnergy(micro);
  const scaled = micro / 10_000n;
  return `${roundedMicro(scaled, decimalsFor(Number(scaled) / 1e6))}${NNBSP}万kWh`;
}

/** Water or gas in m³: two decimals for a room, none for a building. Input µm³. */
export function formatVolume(quantity: MicroLike, scope: 'room' | 'building' = 'building'): string {
  const micro = microOf(quantity);
  return micro === null ? LONG_DASH : withUnit(roundedMicro(micro, scope === 'room' ? 2 : 0), 'm³');
}

/** Units that an account may hold in place of money. */
const HELD_UNITS: Record<string, string> = { KWH: 'kWh', M3: 'm³' };

/** Sign of the unit that an account holds: kWh, unless it is M3. */
export const unitSign = (currency: string): 'kWh' | 'm³' => (currency === 'M3' ? 'm³' : 'kWh');

const SYMBOLS: Record<string, string> = { CNY: '¥', USD: '$', EUR: '€', GBP: '£', HKD: 'HK$' };

/** Sign of a currency before its amounts, or of a unit behind them; an unknown one shows its code. */
export function currencySymbol(currency: string): string {
  return SYMBOLS[currency] ?? `${currency}${NNBSP}`;
}

export interface MoneyOptions {
  /** ISO 4217, default CNY; KWH and M3 for an account that holds units. */
  currency?: string;
  /** 2 for screens, 6 for proofs. */
  decimals?: 2 | 6;
  /** `always` puts + before a gain. */
  sign?: 'auto' | 'always';
}

/**
 * Money from µ-currency: `¥1,234.56`, `−¥8.00`. Two decimals are rounded DOWN to fen, so a screen never shows money that is
 * not there; six decimals are exact.
 */
export function formatMoney(amount: MicroLike, options: MoneyOptions = {}): string {
  const micro = microOf(amount);
  if (micro === null) return LONG_DASH;
  const decimals = options.decimals ?? 2;
  const units = decimals === 6 ? micro : floorDiv(micro, 10_000n);
  const magnitude = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const digits = grouped(`${magnitude.slice(0, -decimals)}.${magnitude.slice(-decimals)}`, false);
  const sign = units < 0n ? MINUS : options.sign === 'always' && units > 0n ? '+' : '';
  const unit = HELD_UNITS[options.currency ?? ''];
  return unit
    ? withUnit(`${sign}${digits}`, unit)
    : `${sign}${currencySymbol(options.currency ?? 'CNY')}${digits}`;
}

/**
 * What is owed, from positive µ-currency: two decimals are rounded UP to fen, so that it is the balance below zero without its sign
 * and whoever pays what they read owes nothing.
 */
export function formatOwed(owedMicro: bigint | string, options: Pick<MoneyOptions, 'currency'> = {}): string {
  return formatMoney(-BigInt(owedMicro), options).replace(MINUS, '');
}

/** Money from decimal text as REST and tRPC carry it (`"12.345678"`). Text that is no number is missing. */
export function formatMoneyText(decimalText: string | null, options: MoneyOptions = {}): string {
  return formatMoney(decimalText === null ? null : microFromText(decimalText), options);
}

/** Price of a unit, µ-currency per kWh or m³, four decimals: `¥0.5283/kWh`. */
export function formatUnitPrice(priceMicro: MicroLike, unit: 'kWh' | 'm³' = 'kWh', currency = 'CNY'): string {
  const micro = microOf(priceMicro);
  if (micro === null) return LONG_DASH;
  const text = roundedMicro(micro < 0n ? -micro : micro, 4);
  return `${micro < 0n ? MINUS : ''}${currencySymbol(currency)}${text}/${unit}`;
}

/** Percent number without the sign: one decimal under 10, none above. @param percent 5.2 means 5.2 % */
export function formatPercentNumber(percent: number | null): string {
  if (percent === null || !Number.isFinite(percent)) return LONG_DASH;
  return formatNumber(percent, Number(Math.abs(percent).toFixed(1)) < 10 ? 1 : 0);
}

/** Percent with its sign; say in the label of what it is a percentage. @param percent 96 means 96 % */
export function formatPercent(percent: number | null): string {
  return withUnit(formatPercentNumber(percent), '%');
}

/** `low–high` of numbers already formatted. */
export function formatRange(low: string, high: string): string {
  return `${low}${EN_DASH}${high}`;
}

/** A signed difference: `+15.0`, `−2.5`, `0.0`. */
export function formatDifference(value: number | null, decimals = 1): string {
  const text = formatNumber(value, decimals);
  return value !== null && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Marks an estimate: `≈ 38 kWh`. */
export function estimated(text: string): string {
  return text === LONG_DASH ? text : `≈${NNBSP}${text}`;
}

/** Long dash with its reason: `— (no reading for 14 min)`. */
export function missing(reason: string): string {
  return `${LONG_DASH} (${reason})`;
}
