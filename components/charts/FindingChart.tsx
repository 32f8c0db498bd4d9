'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import {
  formatNumber,
  formatPower,
  formatPowerNumber,
  formatRange,
  powerUnitFor,
  withUnit,
} from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { chartTheme } from './theme';
import { type UsualHour, usualHoursOption } from './usualHours';
import { toWallMs } from './wallTime';

interface Props {
  data: {
    readonly utility: 'ELECTRICITY' | 'WATER';
    readonly fromMs: number;
    readonly toMs: number;
    readonly hours: readonly UsualHour[];
  };
}

/** Use by hour around a finding, over what is usual in each hour. */
export function FindingChart({ data }: Props) {
  const t = useTranslations('charts');
  const lang = useLang();
  const zone = useCampusZone();
  const words = useMemo(() => {
    const largest = Math.max(
      0,
      ...data.hours.map(({ value, usual }) => Math.max(value ?? 0, usual?.high ?? 0)),
    );
    const unit = powerUnitFor(largest, 'room');
    const water = data.utility === 'WATER';
    const number = (value: number | null) =>
      water ? formatNumber(value, 2) : formatPowerNumber(value, unit);
    const shown = (value: number | null) =>
      water ? withUnit(formatNumber(value, 2), 'm³/h') : formatPower(value, 'room', unit);
    const time = (at: number) => formatMoment(at, data.toMs, zone, lang, false);
    return {
      ...{ number, shown, time, unit: water ? 'm³/h' : unit },
      usual: t('usualHours'),
      tooltip: (wallMs: number) => {
        const hour = data.hours.findLast(({ atMs }) => toWallMs(atMs, zone) <= wallMs);
        if (!hour) return [];
        const { low, high } = hour.usual ?? {};
        return [
          time(hour.atMs),
          shown(hour.value),
          ...(low === undefined || high === undefined
            ? []
            : [t('usual', { range: formatRange(number(low), number(high)) })]),
        ];
      },
    };
  }, [data, zone, lang, t]);
  const build = useCallback(
    (tokens: ThemeTokens) =>
      usualHoursOption(
        { from: data.fromMs, to: data.toMs, zone, hours: data.hours },
        { ...words, tick: words.number },
        chartTheme(tokens),
      ),
    [data, zone, words],
  );
  const table = useCallback(
    () => ({
      columns: [t('time'), `${t('actual')}, ${words.unit}`, t('usualHours')],
      rows: data.hours.map(({ atMs, value, usual }) => [
        words.time(atMs),
        words.number(value),
        usual ? formatRange(words.number(usual.low), words.number(usual.high)) : words.number(null),
      ]),
    }),
    [data, words, t],
  );
  const known = data.hours.flatMap(({ value }) => value ?? []);
  const description = `${t('actual')}, ${words.time(data.fromMs)}–${words.time(data.toMs)}, ${words.shown(known.length === 0 ? null : Math.max(...known))}`;
  return <Chart build={build} description={description} table={table} height="200px" />;
}
