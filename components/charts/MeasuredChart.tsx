'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatNumber, withUnit } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { measuredAxis, type RoomLoad, roomLoadOption } from './roomLoad';
import { chartTheme } from './theme';
import { toWallMs } from './wallTime';

interface Props {
  /** Values and limit in `unit`. */
  data: Omit<RoomLoad, 'axis'>;
  unit: string;
  /** Decimals of a value. */
  decimals: number;
  /** A voltage says nothing over zero: its axis begins below what was measured. */
  fromZero: boolean;
  /** Name and unit of what is drawn, for the spoken description and the table. */
  name: string;
  height?: string;
}

/** What a meter measured other than power, over a short range, against its own limit. */
export function MeasuredChart({ data, unit, decimals, fromZero, name, height = '168px' }: Props) {
  const t = useTranslations('charts');
  const words = useMemo(() => {
    const number = (value: number | null) => formatNumber(value, decimals);
    const plain = (value: number) => formatNumber(value, Number.isInteger(value) ? 0 : decimals);
    const shown = (value: number | null) => withUnit(number(value), unit);
    return {
      ...{ number, shown },
      limit: data.limit === null ? null : t('limit', { value: withUnit(plain(data.limit), unit) }),
      usual: null,
      tick: plain,
      time: (at: number) => formatTime(at, data.zone, data.to - data.from < 900_000 || at === data.to),
      tooltip: (wallMs: number) => {
        const point = data.points.findLast(([at]) => toWallMs(at, data.zone) <= wallMs);
        return point ? [formatTime(point[0], data.zone), shown(point[1])] : [];
      },
    };
  }, [data, unit, decimals, t]);
  const build = useCallback(
    (tokens: ThemeTokens) =>
      roomLoadOption(
        { ...data, axis: measuredAxis(data.points, data.limit, fromZero) },
        words,
        chartTheme(tokens),
      ),
    [data, fromZero, words],
  );
  const table = useCallback(
    () => ({
      columns: [t('time'), name],
      rows: data.points.map(([at, value]) => [formatTime(at, data.zone), words.number(value)]),
    }),
    [data, name, words, t],
  );
  const newest = data.points.findLast(([, value]) => value !== null);
  const description = [
    name,
    newest ? words.shown(newest[1]) : null,
    words.limit,
    ...(data.events ?? []).map(({ label }) => label),
  ]
    .filter(Boolean)
    .join(', ');
  return <Chart build={build} description={description} table={table} height={height} />;
}
