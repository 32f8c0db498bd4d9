import type { MeterTraits } from '../plan/traits';

type Display = Pick<MeterTraits, 'ratio' | 'registerDecimals' | 'registerModulus'>;

/**
 * What the meter's display shows for a total of whole µ (already times the ratio): divided by the ratio, truncated to its
 * decimals, wrapped at its modulus. Decimal text without leading zeros, never through a fraction of a double.
 */
export function registerText(totalMicro: number, display: Display): string {
  const decimals = display.registerDecimals;
  const stepMicro = 10 ** (6 - decimals);
  const perUnit = 10 ** decimals;
  const steps = Math.floor(Math.floor(totalMicro / display.ratio) / stepMicro);
  const shown = steps % (display.registerModulus * perUnit);
  const whole = Math.floor(shown / perUnit);
  if (decimals === 0) return String(whole);
  return `${whole}.${String(shown - whole * perUnit).padStart(decimals, '0')}`;
}
