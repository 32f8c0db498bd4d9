'use client';

import { useTranslations } from 'next-intl';
import { moneyOfLevel, unitsOfLevel } from '../../domain/supply/lowBalanceLevels';
import { formatMoneyText } from './format';

/** Words of the level that a low-balance notice names: by money, by time left, or by units of an account that holds them. */
export function useLevelWords(currency?: string): (body: Readonly<Record<string, unknown>>) => string {
  const t = useTranslations('rooms');
  return ({ level, unit }) => {
    if (typeof level !== 'string') return '';
    const units = unitsOfLevel(level);
    const quantity = units ?? moneyOfLevel(level);
    if (quantity !== null)
      return t('levels.UNDER', {
        quantity: formatMoneyText(quantity, { currency: units === null ? currency : String(unit) }),
      });
    return t.has(`levels.${level}`) ? t(`levels.${level}`) : '';
  };
}
