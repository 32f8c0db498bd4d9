/**
 * Branded integers for quantity and money. 1 kWh = 1 m³ = 1 000 000 µ; 1.00 CNY = 1 000 000 µ.
 * The conversions below are the only ones; nothing here passes through a float.
 */
declare const brand: unique symbol;
/** Quantity in µkWh or µm³. */
export type QuantityMicro = bigint & { readonly [brand]?: 'quantity' };
/** Money in µ-currency. */
export type MoneyMicro = bigint & { readonly [brand]?: 'money' };
/** Exact charge numerator in pico-currency: quantity in µ times price in µ per whole unit. */
export type MoneyPico = bigint & { readonly [brand]?: 'pico' };

export const MICRO = 1_000_000n;

/** Floor division for bigint (rounds towards minus infinity); `d` > 0. */
export function floorDiv(n: bigint, d: bigint): bigint {
  const q = n / d;
  return n % d < 0n ? q - 1n : q;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Decimal text to µ, truncated (towards zero) to six decimals. An exponent is allowed (`1.83e21`).
 * Returns null for text that is not a decimal number or exceeds 38 digits, so that the caller can quarantine it as text.
 */
export function microFromText(text: string): bigint | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  const [, sign, whole = '', fraction = '', exponentText] = match;
  if (whole === '' && fraction === '') return null;
  const exponent = exponentText ? Number(exponentText) : 0;
  const digits = whole + fraction;
  const pointAt = whole.length + exponent + 6;
  const shifted = pointAt <= 0 ? '' : digits.padEnd(pointAt, '0').slice(0, pointAt);
  if (shifted.replace(/^0+/, '').length > 38) return null;
  const value = shifted === '' ? 0n : BigInt(shifted);
  return sign === '-' ? -value : value;
}

/** µ to decimal text with exactly six decimals (`"12.345678"`), the form of REST and of proofs. */
export function textFromMicro(micro: bigint): string {
  const negative = micro < 0n;
  const digits = (negative ? -micro : micro).toString().padStart(7, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** Balance for screens: rounded down to fen (two decimals), so that a screen never shows money that is not there. */
export function fenTextFromMicro(micro: bigint): string {
  const fen = floorDiv(micro, 10_000n);
  const negative = fen < 0n;
  const digits = (negative ? -fen : fen).toString().padStart(3, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
