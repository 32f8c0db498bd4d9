import { minorUnitDigits } from '../../domain/payments/minorUnit';
import { microFromText } from '../../domain/units';

const FEN_MICRO = 10_000n;
const MICRO_DIGITS = 6;

/** µ to the smallest unit of a currency with two decimals. The amount is a whole number of them. */
export function minorUnits(amountMicro: bigint): number {
  return Number(amountMicro / FEN_MICRO);
}

/**
 * What was paid, in the smallest unit of its currency as JSON carries it, to µ and ISO 4217; null for what is no whole number within
 * reach, or no currency. Orders are in money with two decimals; what arrives may be any.
 */
export function paidMinor(
  value: unknown,
  currency: unknown,
): { amountMicro: bigint; currency: string } | null {
  const code = typeof currency === 'string' ? currency.toUpperCase() : '';
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0 || !/^[A-Z]{3}$/.test(code))
    return null;
  return { amountMicro: BigInt(value) * 10n ** BigInt(MICRO_DIGITS - minorUnitDigits(code)), currency: code };
}

/** `50.00` exactly to µ; null for anything but a positive amount with at most two decimals. */
export function microFromYuan(text: unknown): bigint | null {
  if (typeof text !== 'string' || !/^\d{1,12}(\.\d{1,2})?$/.test(text)) return null;
  const micro = microFromText(text);
  return micro !== null && micro > 0n ? micro : null;
}

/** A text that may stand as a provider's number of something: printable, without spaces, at most 64 long. */
export function asReference(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]{1,64}$/.test(value) ? value : null;
}
