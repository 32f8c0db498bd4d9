'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatPercent, formatPower, formatPowerNumber, formatRange, powerUnitFor } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { type Capacity, capacityOption } from './capacity';
import { loadAxisMax } from './roomLoad';
import { chartTheme } from './theme';
import { toWallMs } from './wallTime';

interface Props {
  data: Capacity;
  /** What is drawn and what is expected, for the spoken description. */
  description: string;
}

/** A feeder's last 24 hours and those ahead against its rating. */
export function CapacityChart({ data, description }: Props) {
  const t = useTranslations('charts');
  const unit = powerUnitFor(loadAxisMax(data.points, data.rating), 'campus');
  const words = useMemo(() => {
    const shown = (value: number | null) => formatPower(value, 'campus', unit);
    const time = (at: number) => formatTime(at, data.zone, false);
    return {
      rating: data.rating === null ? null : t('rating', { value: shown(data.rating) }),
      warning:
        data.rating === null
          ? null
          : t('shareOfRating', {
              share: formatPercent(data.warnShare * 100),
              value: shown(data.rating * data.warnShare),
            }),
      now: t('nowWord'),
      tick: (value: number) => formatPowerNumber(value, unit),
      time,
      tooltip: (wallMs: number) => {
        const ahead = data.forecast.find(([at]) => toWallMs(at, data.zone) >= wallMs);
        if (wallMs > toWallMs(data.now, data.zone) && ahead) {
          const [at, median, low, high] = ahead;
          return [
            time(at),
            `${t('forecastWord')} ≈ ${shown(median)}`,
            formatRange(formatPowerNumber(low, unit), formatPowerNumber(high, unit)),
          ];
        }
        const point = data.points.findLast(([at]) => toWallMs(at, data.zone) <= wallMs);
        return point ? [time(point[0]), shown(point[1])] : [];
      },
    };
  }, [data, unit, t]);
  const build = useCallback(
    (tokens: ThemeTokens) => capacityOption(data, words, chartTheme(tokens)),
    [data, words],
  );
  const table = useCallback(
    () => ({
      columns: [
        t('time'),
        `${t('actual')}, ${unit}`,
        `${t('forecastWord')}, ${unit}`,
        t('forecastLow'),
        t('forecastHigh'),
      ],
      rows: [
        ...data.points.map(([at, value]) => [words.time(at), formatPowerNumber(value, unit), '', '', '']),
        ...data.forecast.map(([at, ...values]) => [
          words.time(at),
          '',
          ...values.map((value) => formatPowerNumber(value, unit)),
        ]),
      ],
    }),
    [data, words, unit, t],
  );
  return <Chart build={build} description={description} table={table} height="200px" />;
}
