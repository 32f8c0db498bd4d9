/** Decimals in which the product counts money: prices are exact beyond it, but what is paid, refunded and shown is in hundredths. */
export const MONEY_DIGITS = 2;

/**
 * Decimals of a currency's smallest unit by ISO 4217: 2 for CNY, 0 for JPY, 3 for KWD; 2 for a code that nobody knows.
 * @param currency three capital letters
 */
export function minorUnitDigits(currency: string): number {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return maximumFractionDigits ?? MONEY_DIGITS;
}
