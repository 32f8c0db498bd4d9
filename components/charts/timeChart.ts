import type { ChartOption } from './EChart';
import { axisText, type ChartTheme, footLine } from './theme';
import { type Point, shiftPoints, toWallMs } from './wallTime';

/** What charts over campus time have in common. Instants on the axis are campus wall-clock ms. */

/** Each step's instant (ms UTC), its median and the 10th and 90th percentile. */
export type Forecast = readonly (readonly [at: number, median: number, low: number, high: number])[];

/** Time along the foot, without labels: charts write their own where they have room. */
export function bareTimeAxis(theme: ChartTheme, from: number, to: number) {
  return {
    type: 'time' as const,
    min: from,
    max: to,
    axisLine: footLine(theme),
    axisTick: { show: false },
    axisLabel: { show: false },
    splitLine: { show: false },
  };
}

/** Values from 0 at the left; no label where it would run into the unit above the axis. */
export function valueAxis(
  theme: ChartTheme,
  {
    max,
    step,
    tick,
    clear = 0,
  }: { max: number; step: number; tick: (value: number) => string; clear?: number },
) {
  return {
    type: 'value' as const,
    min: 0,
    max,
    interval: step,
    axisLabel: {
      ...axisText(theme),
      ...(clear > 0 ? { showMaxLabel: false } : {}),
      formatter: (value: number) => (clear > 0 && value > max - step * clear ? '' : tick(value)),
    },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

/** What was measured: a solid ink line that stops where data is missing. */
export function actualLine(theme: ChartTheme, points: readonly Point[], zone: string, width = 2) {
  const { tokens, px } = theme;
  return {
    id: 'actual',
    type: 'line' as const,
    data: shiftPoints(points, zone),
    showSymbol: false,
    connectNulls: false,
    lineStyle: { color: tokens.s1, width: px(width), join: 'round' as const },
    itemStyle: { color: tokens.s1 },
    emphasis: { disabled: true },
  };
}

/** The range of a forecast as a fan, drawn under everything else, and its median dashed: the future is never solid. */
export function forecastLines(
  theme: ChartTheme,
  forecast: Forecast,
  zone: string,
  look: { opacity: number; dash: readonly [number, number] },
): { fan: Series[]; median: Series } {
  const { tokens, px } = theme;
  const at = (ms: number) => toWallMs(ms, zone);
  const edge = {
    type: 'line' as const,
    stack: 'fan',
    showSymbol: false,
    silent: true,
    lineStyle: { width: 0 },
  };
  return {
    fan: [
      { ...edge, id: 'fan-low', data: forecast.map(([ms, , low]) => [at(ms), low]) },
      {
        ...edge,
        id: 'fan',
        data: forecast.map(([ms, , low, high]) => [at(ms), high - low]),
        areaStyle: { color: tokens.text, opacity: look.opacity },
      },
    ],
    median: {
      id: 'forecast',
      type: 'line',
      data: forecast.map(([ms, median]) => [at(ms), median]),
      showSymbol: false,
      lineStyle: { color: tokens.s1, width: px(1.5), type: look.dash.map(px) },
      itemStyle: { color: tokens.s1 },
      emphasis: { disabled: true },
    },
  };
}

type Series = Extract<NonNullable<ChartOption['series']>, readonly unknown[]>[number];
