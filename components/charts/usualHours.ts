import { annotate } from './annotate';
import type { ChartOption } from './EChart';
import { loadAxisMax } from './roomLoad';
import { axisTooltip, type ChartTheme, gridLine } from './theme';
import { actualLine, bareTimeAxis, type Forecast, forecastLines, valueAxis } from './timeChart';
import { type Point, toWallMs } from './wallTime';

const HALF_HOUR_MS = 1_800_000;

/** One hour's mean with what is usual in it; null: nothing was read, or there is too little history. */
export interface UsualHour {
  readonly atMs: number;
  readonly value: number | null;
  readonly usual: { readonly low: number; readonly median: number; readonly high: number } | null;
}

/** Use by hour over its usual band. Times in ms UTC. */
export interface UsualHours {
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly hours: readonly UsualHour[];
}

export interface UsualHoursWords {
  readonly usual: string;
  readonly tick: (value: number) => string;
  readonly time: (at: number) => string;
  readonly tooltip: (wallMs: number) => readonly string[];
}

/** What was used solid, what is usual dashed inside its band. */
export function usualHoursOption(data: UsualHours, words: UsualHoursWords, theme: ChartTheme): ChartOption {
  const { px, tokens } = theme;
  const at = (ms: number) => toWallMs(ms, data.zone);
  const points: Point[] = data.hours.map(({ atMs, value }) => [atMs + HALF_HOUR_MS, value]);
  const usual: Forecast = data.hours.flatMap(({ atMs, usual: band }) =>
    band ? [[atMs + HALF_HOUR_MS, band.median, band.low, band.high] as const] : [],
  );
  const max = loadAxisMax([...points, ...usual.map(([ms, , , high]): Point => [ms, high])], null);
  const { fan, median } = forecastLines(theme, usual, data.zone, { opacity: 0.12, dash: [5, 4] });
  return {
    grid: { left: px(44), right: px(1), top: px(12), bottom: px(28) },
    tooltip: axisTooltip(theme, words.tooltip),
    xAxis: bareTimeAxis(theme, at(data.from), at(data.to)),
    yAxis: {
      ...valueAxis(theme, { max, step: max / 2, tick: words.tick }),
      splitLine: gridLine(theme, true),
    },
    series: [
      ...fan,
      median,
      actualLine(theme, points, data.zone),
      annotate('words', theme, [at(data.from), 0], (stage) => {
        const y = stage.bottom + px(19);
        const color = tokens['text-3'];
        return [
          ...(usual.length === 0
            ? []
            : [
                {
                  ...{
                    kind: 'text' as const,
                    x: stage.right - px(8),
                    y: stage.top + px(8),
                    text: words.usual,
                  },
                  ...{ align: 'right' as const, halo: true },
                },
              ]),
          { kind: 'text', x: stage.left, y, text: words.time(data.from), color },
          { kind: 'text', x: stage.right, y, text: words.time(data.to), align: 'right', color },
        ];
      }),
    ],
  };
}
