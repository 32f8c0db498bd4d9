'use client';

import { useTranslations } from 'next-intl';
import type { BulkJobShown } from './controlTypes';

/** What a job is about: "Cut: floor 7-4F". */
export function useJobWords(): (job: Pick<BulkJobShown, 'direction' | 'scope' | 'scopeCode'>) => string {
  const t = useTranslations('control');
  return ({ direction, scope, scopeCode }) =>
    t('jobTitle', {
      direction: t(`direction.${direction}`),
      scope: t(`scope.${scope}`, { code: scopeCode ?? '' }),
    });
}
