'use client';

import type { ComponentProps } from 'react';
import { Field } from './Field';
import { currencySymbol } from './format';

/**
 * Whether a text is an amount of money with at most two decimals.
 * @param wholeDigits how many digits may stand before the point
 * @param zero whether 0 is one
 */
export function isAmount(text: string, wholeDigits: number, zero = false): boolean {
  const amount = new RegExp(`^\\d{1,${wholeDigits}}(\\.\\d{1,2})?$`);
  return amount.test(text.trim()) && (zero || /[1-9]/.test(text));
}

/** Input of an amount of money, in the campus's currency. */
export function MoneyField({
  currency,
  onText,
  ...field
}: Omit<ComponentProps<typeof Field>, 'suffix' | 'onChange'> & {
  currency: string;
  onText: (text: string) => void;
}) {
  return (
    <Field
      inputMode="decimal"
      autoComplete="off"
      suffix={currencySymbol(currency)}
      onChange={(event) => onText(event.target.value)}
      {...field}
    />
  );
}
