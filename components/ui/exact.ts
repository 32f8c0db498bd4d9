import { LONG_DASH, MINUS } from './format';

/**
 * µ as decimal text with up to six places, never rounded: zeros at the end go, but `least` places stay. Comma thousands,
 * true minus. For registers, quantities and proofs, where a rounded digit would be a wrong one.
 */
export function exactMicro(micro: bigint | null, least = 0): string {
  return exactDecimal(micro, 6, least);
}

/** Pico-currency (10⁻¹²) as decimal text, as `exactMicro`. */
export function exactPico(pico: bigint | null, least = 0): string {
  return exactDecimal(pico, 12, least);
}

function exactDecimal(value: bigint | null, places: number, least: number): string {
  if (value === null) return LONG_DASH;
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, -places).replace(/\B(?=(\d{3})+$)/g, ',');
  let fraction = digits.slice(-places).replace(/0+$/, '');
  if (fraction.length < least) fraction = fraction.padEnd(least, '0');
  return `${value < 0n ? MINUS : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}
