'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatPower, formatPowerNumber, formatRange, powerUnitFor } from '../ui/format';
import { useLang } from '../ui/useLang';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { type LoadToday, loadTodayOption } from './loadToday';
import { chartTheme } from './theme';
import { toWallMs, wallClockLabel } from './wallTime';

interface Props {
  /** Powers in W. */
  data: LoadToday;
  height?: string;
  /** On a wall: large type, no pointer. */
  wall?: boolean;
}

/** Value of the nearest point at or before an instant of the wall clock. */
function nearest(
  points: readonly (readonly [number, number | null])[],
  zone: string,
  wallMs: number,
): number | null {
  const found = points.findLast(([at]) => toWallMs(at, zone) <= wallMs);
  return found && wallMs - toWallMs(found[0], zone) <= 3_600_000 ? found[1] : null;
}

/** Campus load of the day against yesterday, forecast and capacity. */
export function LoadTodayChart({ data, height = '180px', wall = false }: Props) {
  const t = useTranslations('charts');
  const lang = useLang();
  const largest = Math.max(
    data.capacity ?? 0,
    ...data.actual.map(([, value]) => value ?? 0),
    ...data.yesterday.map(([, value]) => value ?? 0),
  );
  const unit = powerUnitFor(largest);
  const number = useCallback((value: number | null) => formatPowerNumber(value, unit), [unit]);
  const shown = useCallback((value: number | null) => formatPower(value, 'campus', unit), [unit]);
  const current = data.actual.findLast(([, value]) => value !== null)?.[1] ?? null;
  const end = data.forecast.at(-1);
  const yesterdayEnd = data.yesterday.findLast(([, value]) => value !== null)?.[1] ?? null;

  const words = useMemo(
    () => ({
      unit,
      now: current === null ? null : t('now', { value: shown(current) }),
      capacity: data.capacity === null ? null : t('capacity', { value: shown(data.capacity) }),
      forecast: end ? t('forecast', { value: number(end[1]) }) : null,
      forecastRange: end ? t('forecastRange', { range: formatRange(number(end[2]), number(end[3])) }) : null,
      yesterday: yesterdayEnd === null ? null : t('yesterday', { value: number(yesterdayEnd) }),
      alarms: t('alarmStrip', {
        priorities: [...new Set(data.alarms.map((alarm) => `P${alarm.priority}`))].sort().join(', '),
      }),
      tick: number,
      tooltip: (wallMs: number) => {
        const lines = [wallClockLabel(wallMs)];
        const actual = nearest(data.actual, data.zone, wallMs);
        if (actual !== null && wallMs <= toWallMs(data.now, data.zone))
          lines.push(`${t('actual')} ${shown(actual)}`);
        const expected = data.forecast.find(([at]) => toWallMs(at, data.zone) >= wallMs);
        if (expected && wallMs > toWallMs(data.now, data.zone)) {
          lines.push(
            `${t('forecastWord')} ≈ ${shown(expected[1])}, ${formatRange(number(expected[2]), number(expected[3]))}`,
          );
        }
        const before = nearest(data.yesterday, data.zone, wallMs);
        if (before !== null) lines.push(`${t('yesterdayWord')} ${shown(before)}`);
        return lines;
      },
    }),
    [data, unit, number, shown, current, end, yesterdayEnd, t],
  );
  const build = useCallback(
    (tokens: ThemeTokens, narrow: boolean) =>
      loadTodayOption(data, words, chartTheme(tokens, wall), { still: wall, narrow: narrow && !wall }),
    [data, words, wall],
  );
  const table = useCallback(
    () => ({
      columns: [t('time'), `${t('actual')}, ${unit}`, `${t('yesterdayWord')}, ${unit}`],
      rows: data.actual.map(([at, value]) => [
        wallClockLabel(toWallMs(at, data.zone)),
        number(value),
        number(nearest(data.yesterday, data.zone, toWallMs(at, data.zone))),
      ]),
    }),
    [data, unit, number, t],
  );
  const description = [words.now, words.capacity, words.forecast, words.yesterday]
    .filter(Boolean)
    .join(lang === 'zh-CN' ? '，' : ', ');
  return <Chart build={build} description={description} table={table} height={height} still={wall} />;
}
