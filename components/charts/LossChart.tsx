'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatPercent, formatPercentNumber, formatRange, LONG_DASH } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useLang } from '../ui/useLang';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { type LossHours, lossHoursOption } from './lossHours';
import { chartTheme } from './theme';
import { toWallMs } from './wallTime';

interface Props {
  data: LossHours;
  /** For the spoken description. */
  description: string;
  /** Why an hour is not known, by its start. */
  reasonAt: (at: number) => string;
}

/** A feeder's loss by hour against what is expected. */
export function LossChart({ data, description, reasonAt }: Props) {
  const t = useTranslations('charts');
  const lang = useLang();
  const words = useMemo(() => {
    const time = (at: number) => formatMoment(at, data.to, data.zone, lang, false);
    const hourAt = (wallMs: number) =>
      data.hours.findLast(({ at }) => toWallMs(at, data.zone) <= wallMs) ?? null;
    return {
      band: data.band
        ? t('expected', {
            range: formatRange(formatPercentNumber(data.band.low), formatPercent(data.band.high)),
          })
        : null,
      tick: (value: number) => formatPercent(value),
      time,
      tooltip: (wallMs: number) => {
        const hour = hourAt(wallMs);
        if (!hour) return [];
        return [time(hour.at), hour.percent === null ? reasonAt(hour.at) : formatPercent(hour.percent)];
      },
    };
  }, [data, reasonAt, lang, t]);
  const build = useCallback(
    (tokens: ThemeTokens) => lossHoursOption(data, words, chartTheme(tokens)),
    [data, words],
  );
  const table = useCallback(
    () => ({
      columns: [t('time'), t('loss'), t('note')],
      rows: data.hours.map(({ at, percent }) => [
        words.time(at),
        percent === null ? LONG_DASH : formatPercent(percent),
        percent === null ? reasonAt(at) : '',
      ]),
    }),
    [data, words, reasonAt, t],
  );
  return <Chart build={build} description={description} table={table} height="180px" />;
}
