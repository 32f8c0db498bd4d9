'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatNumber } from '../ui/format';
import { formatDate, wallClock } from '../ui/formatTime';
import { useLang } from '../ui/useLang';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { type QuotaBurnUp, quotaBurnUpOption } from './quotaBurnUp';
import { chartTheme } from './theme';
import { toWallMs } from './wallTime';

const DAY = 86_400_000;

interface Props {
  /** Energies in `unit`, cumulated since the period's start. */
  data: QuotaBurnUp;
  unit?: string;
  height?: string;
}

/** Use of the period since its start against the quota. */
export function QuotaBurnUpChart({ data, unit = 'kWh', height = '228px' }: Props) {
  const t = useTranslations('charts');
  const lang = useLang();
  const newest = data.actual.findLast(([, value]) => value !== null)?.[1] ?? null;
  const end = data.forecast.at(-1);
  const words = useMemo(() => {
    const lastDay = data.to - DAY / 2;
    const ticks = [0, 7, 14, 21].map((day) => data.from + day * DAY).filter((at) => at < lastDay - 2 * DAY);
    return {
      unit,
      quota: data.quota === null ? null : t('quota', { value: formatNumber(data.quota) }),
      today: newest === null ? null : t('today', { value: formatNumber(newest) }),
      evenPace: t('evenPace'),
      crossing: data.crossing === null ? null : formatDate(data.crossing, data.zone, lang),
      end: end
        ? { median: formatNumber(end[1]), low: formatNumber(end[2]), high: formatNumber(end[3]) }
        : null,
      ticks: [
        ...ticks.map((at, index) => ({
          at,
          label: index === 0 ? formatDate(at, data.zone, lang) : String(wallClock(at, data.zone).day),
        })),
        { at: lastDay, label: formatDate(lastDay, data.zone, lang) },
      ],
      tick: (value: number) => formatNumber(value),
      tooltip: (wallMs: number) => {
        const actual = data.actual.findLast(([at]) => toWallMs(at, data.zone) <= wallMs);
        const expected = data.forecast.find(([at]) => toWallMs(at, data.zone) >= wallMs);
        const future = wallMs > toWallMs(data.now, data.zone);
        if (future && expected) {
          return [
            formatDate(expected[0], data.zone, lang),
            `${t('forecastWord')} ≈ ${formatNumber(expected[1])} ${unit}`,
          ];
        }
        return actual ? [formatDate(actual[0], data.zone, lang), `${formatNumber(actual[1])} ${unit}`] : [];
      },
    };
  }, [data, unit, newest, end, lang, t]);
  const build = useCallback(
    (tokens: ThemeTokens) => quotaBurnUpOption(data, words, chartTheme(tokens)),
    [data, words],
  );
  const table = useCallback(
    () => ({
      columns: [t('day'), `${t('actual')}, ${unit}`, t('forecastLow'), t('forecastWord'), t('forecastHigh')],
      rows: [
        ...data.actual.map(([at, value]) => [
          formatDate(at, data.zone, lang),
          formatNumber(value),
          '',
          '',
          '',
        ]),
        ...data.forecast.map(([at, median, low, high]) => [
          formatDate(at, data.zone, lang),
          '',
          formatNumber(low),
          formatNumber(median),
          formatNumber(high),
        ]),
      ],
    }),
    [data, unit, lang, t],
  );
  const description = [words.today, words.quota, end ? t('forecast', { value: formatNumber(end[1]) }) : null]
    .filter(Boolean)
    .join(', ');
  return <Chart build={build} description={description} table={table} height={height} />;
}
