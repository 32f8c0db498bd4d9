'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatPower, formatPowerNumber, formatRange, powerUnitFor, withUnit } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { loadAxisMax, type RoomLoad, roomLoadOption } from './roomLoad';
import { chartTheme } from './theme';
import { toWallMs } from './wallTime';

interface Props {
  /** Powers in W. */
  data: RoomLoad;
  /** Name of what is drawn, for the spoken description. */
  name: string;
  /** `campus` for feeders: kW. */
  scope?: 'room' | 'campus';
  height?: string;
}

/** Load of the last minutes against the limit. */
export function RoomLoadChart({ data, name, scope = 'room', height = '120px' }: Props) {
  const t = useTranslations('charts');
  const unit = powerUnitFor(loadAxisMax(data.points, data.limit), scope);
  const words = useMemo(
    () => ({
      limit:
        data.limit === null
          ? null
          : t(scope === 'room' ? 'limit' : 'rating', { value: formatPower(data.limit, scope, unit) }),
      usual: data.usual
        ? t('usual', {
            range: withUnit(
              formatRange(formatPowerNumber(data.usual.low, unit), formatPowerNumber(data.usual.high, unit)),
              unit,
            ),
          })
        : null,
      tick: (value: number) => formatPowerNumber(value, unit),
      time: (at: number) => formatTime(at, data.zone, data.to - data.from < 900_000 || at === data.to),
      tooltip: (wallMs: number) => {
        const point = data.points.findLast(([at]) => toWallMs(at, data.zone) <= wallMs);
        return point ? [formatTime(point[0], data.zone), formatPower(point[1], scope, unit)] : [];
      },
    }),
    [data, scope, unit, t],
  );
  const build = useCallback(
    (tokens: ThemeTokens) => roomLoadOption(data, words, chartTheme(tokens)),
    [data, words],
  );
  const table = useCallback(
    () => ({
      columns: [t('time'), `${t('actual')}, ${unit}`],
      rows: data.points.map(([at, value]) => [formatTime(at, data.zone), formatPowerNumber(value, unit)]),
    }),
    [data, unit, t],
  );
  const newest = data.points.findLast(([, value]) => value !== null);
  const description = [
    name,
    newest ? formatPower(newest[1], scope, unit) : null,
    words.limit,
    ...(data.events ?? []).map(({ label }) => label),
  ]
    .filter(Boolean)
    .join(', ');
  return <Chart build={build} description={description} table={table} height={height} />;
}
