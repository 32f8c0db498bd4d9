'use client';

import { useTranslations } from 'next-intl';
import { unitsOfLevel } from '../../domain/supply/lowBalanceLevels';
import { formatMoneyText } from './format';

/** Words of the level that a low-balance notice names: by money, by time left, or by units of an account that holds them. */
export function useLevelWords(): (body: Readonly<Record<string, unknown>>) => string {
  const t = useTranslations('rooms');
  return ({ level, unit }) => {
    if (typeof level !== 'string') return '';
    const quantity = unitsOfLevel(level);
    if (quantity !== null)
      return t('levels.UNITS', { quantity: formatMoneyText(quantity, { currency: String(unit) }) });
    return t.has(`levels.${level}`) ? t(`levels.${level}`) : '';
  };
}
