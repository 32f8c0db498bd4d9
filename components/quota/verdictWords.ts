import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { formatPercent } from '../ui/format';
import { useQuotaDates } from './quotaDates';
import type { DepartmentQuota } from './quotaTypes';
import type { QuotaUnit } from './quotaUnit';

/** The verdict in words: one sentence, then what explains it. */
export function useVerdictWords(): (
  view: DepartmentQuota,
  unit: QuotaUnit,
) => { sentence: string; parts: string[] } {
  const all = useTranslations();
  const t = useTranslations('quota.verdict');
  const dates = useQuotaDates();
  return useCallback(
    (view, unit) => {
      const { verdict, standing } = view;
      if (view.state === 'AHEAD')
        return { sentence: t('ahead', { month: dates.month(view.month) }), parts: [] };
      if (!verdict || !standing)
        return { sentence: t('noQuota', { month: dates.month(view.month) }), parts: [] };
      const words = (values: Readonly<Record<string, string | number>>) => {
        const text: Record<string, string> = {};
        for (const [key, value] of Object.entries(values)) {
          if (typeof value === 'number') text[key] = formatPercent(value);
          else text[key] = key === 'date' ? dates.day(value) : value;
        }
        return text;
      };
      const endMicro = view.outlook?.totalMicro ?? view.usedMicro;
      const excess = unit.text(endMicro - standing.limitMicro);
      return {
        sentence: all(verdict.key, words(verdict.values)),
        parts: verdict.parts.map(({ key, values }) => all(key, { ...words(values), excess })),
      };
    },
    [all, t, dates],
  );
}
