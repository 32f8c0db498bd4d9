'use client';

import { useTranslations } from 'next-intl';

/** Name of a time-of-use period; one that the campus named itself shows as it is stored. */
export function usePeriodName(): (period: string) => string {
  const t = useTranslations('rooms');
  return (period) => (t.has(`periods.${period}`) ? t(`periods.${period}`) : period);
}
