'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { currencySymbol, formatMoney } from '../../ui/format';
import { HORIZON_HOURS } from '../../ui/useTimeLeftWords';
import styles from './AmountChips.module.css';
import type { Reach } from './useLasts';

interface Props {
  amounts: readonly string[];
  value: string;
  onChange: (amount: string) => void;
  currency: string;
  /** What a top-up of each amount would come to. */
  lasts: ReadonlyMap<string, Reach>;
  /** What the account holds: money, or KWH or M3. */
  unit: string;
  /** The amount of the last top-up. */
  last: string | null;
  /** A further key, that leads elsewhere. */
  children?: ReactNode;
}

/** Amounts as large keys, one chosen; under each the units that it buys, and how long credit would last with it. */
export function AmountChips({ amounts, value, onChange, currency, lasts, unit, last, children }: Props) {
  const t = useTranslations('topup');
  return (
    <fieldset className={styles.chips} data-testid="amounts" data-units={unit !== currency || undefined}>
      <legend className="visually-hidden">{t('amount')}</legend>
      {amounts.map((amount) => {
        const { hours, sale } = lasts.get(amount) ?? { hours: null, sale: null };
        const words = [
          sale && formatMoney(sale.quantityMicro, { currency: unit }),
          hours === null ? null : lastsWords(hours, t),
          last !== null && last.replace(/\.00$/, '') === amount ? t('lastTime') : null,
        ].filter((line) => line !== null);
        return (
          <label key={amount} className={styles.chip} data-amount={amount}>
            <input
              type="radio"
              name="amount"
              value={amount}
              checked={value === amount}
              onChange={() => onChange(amount)}
            />
            <b>
              {currencySymbol(currency)}
              {amount}
            </b>
            {(words.length > 0 ? words : ['\u00a0']).map((line) => (
              <span key={line}>{line}</span>
            ))}
          </label>
        );
      })}
      {children}
    </fieldset>
  );
}

/** "about 6 days", "about 9 h", "30+ days". */
export function lastsWords(hours: number, t: ReturnType<typeof useTranslations<'topup'>>): string {
  if (hours >= HORIZON_HOURS) return t('lastsBeyond');
  const days = Math.floor(hours / 24);
  return days >= 1 ? t('lastsDays', { n: days }) : t('lastsHours', { n: Math.floor(hours) });
}
