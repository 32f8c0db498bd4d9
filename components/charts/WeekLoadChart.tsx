'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatPower, formatPowerNumber, powerUnitFor } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useLang } from '../ui/useLang';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { loadAxisMax } from './roomLoad';
import { chartTheme } from './theme';
import { toWallMs } from './wallTime';
import { type WeekLoad, weekLoadOption } from './weekLoad';

interface Props {
  /** Powers in W. */
  data: WeekLoad;
  name: string;
  scope?: 'room' | 'campus';
  height?: string;
}

/** Load of some days in steps, with dear tariff hours shaded and each day's energy. */
export function WeekLoadChart({ data, name, scope = 'room', height = '196px' }: Props) {
  const t = useTranslations('charts');
  const lang = useLang();
  const unit = powerUnitFor(loadAxisMax(data.points, data.limit), scope);
  const newest = data.points.findLast(([, value]) => value !== null);
  const words = useMemo(
    () => ({
      limit: data.limit === null ? null : t('limit', { value: formatPower(data.limit, scope, unit) }),
      last: newest ? formatPower(newest[1], scope, unit) : null,
      tick: (value: number) => formatPowerNumber(value, unit),
      tooltip: (wallMs: number) => {
        const point = data.points.findLast(([at]) => toWallMs(at, data.zone) <= wallMs);
        return point ? [formatDateTime(point[0], data.zone, lang), formatPower(point[1], scope, unit)] : [];
      },
    }),
    [data, newest, scope, unit, lang, t],
  );
  const build = useCallback(
    (tokens: ThemeTokens) => weekLoadOption(data, words, chartTheme(tokens)),
    [data, words],
  );
  const table = useCallback(
    () => ({
      columns: [t('time'), `${t('actual')}, ${unit}`],
      rows: data.points.map(([at, value]) => [
        formatDateTime(at, data.zone, lang),
        formatPowerNumber(value, unit),
      ]),
    }),
    [data, unit, lang, t],
  );
  const days = data.days.map((day) => `${day.name} ${day.energy}`).join(', ');
  return <Chart build={build} description={`${name}: ${days}`} table={table} height={height} />;
}
