'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatNumber } from '../ui/format';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { type MonthBars, monthBarsOption } from './monthBars';
import { chartTheme } from './theme';

interface Props {
  /** Energies in `unit`. */
  data: MonthBars;
  unit?: string;
  height?: string;
}

/** Months against the quota and the year before. */
export function MonthBarsChart({ data, unit = 'kWh', height = '204px' }: Props) {
  const t = useTranslations('charts');
  const words = useMemo(
    () => ({
      quota: data.quota === null ? null : t('quota', { value: formatNumber(data.quota) }),
      tick: (value: number) => formatNumber(value),
      over: (value: number) => formatNumber(value),
    }),
    [data.quota, t],
  );
  const build = useCallback(
    (tokens: ThemeTokens) => monthBarsOption(data, words, chartTheme(tokens)),
    [data, words],
  );
  const table = useCallback(
    () => ({
      columns: [t('month'), `${t('used')}, ${unit}`, t('lastYear'), t('forecastWord')],
      rows: data.months.map((month) => [
        month.name,
        formatNumber(month.used),
        formatNumber(month.lastYear),
        month.forecast === undefined ? '' : formatNumber(month.forecast),
      ]),
    }),
    [data, unit, t],
  );
  const description = data.months.map((month) => `${month.name} ${formatNumber(month.used)}`).join(', ');
  return <Chart build={build} description={description} table={table} height={height} />;
}
