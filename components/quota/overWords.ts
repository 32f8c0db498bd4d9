import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { QuotaUnit } from './quotaUnit';

/** "over by 6,720 kWh" or "under by …": what a colour says, in words. */
export function useOverWords(): (quantityMicro: bigint, limitMicro: bigint, unit: QuotaUnit) => string {
  const t = useTranslations('quota');
  return useCallback(
    (quantityMicro, limitMicro, unit) => {
      if (quantityMicro === limitMicro) return t('atQuota');
      return quantityMicro > limitMicro
        ? t('overBy', { value: unit.text(quantityMicro - limitMicro) })
        : t('underBy', { value: unit.text(limitMicro - quantityMicro) });
    },
    [t],
  );
}
