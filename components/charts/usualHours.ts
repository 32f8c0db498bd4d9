import { annotate } from './annotate';
import type { ChartOption } from './EChart';
import { overForecast } from './overForecast';
import type { ChartTheme } from './theme';
import type { Forecast } from './timeChart';
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
  const { frame, series } = overForecast({ ...data, points, forecast: usual }, null, words, theme);
  return {
    ...frame,
    series: [
      ...series,
      annotate('words', theme, [at(data.from), 0], (stage) => {
        const y = stage.bottom + px(19);
        const color = tokens['text-3'];
        return [
          ...(usual.length === 0
            ? []
            : [
                {
                  kind: 'text' as const,
                  x: stage.right - px(8),
                  y: stage.top + px(8),
                  text: words.usual,
                  align: 'right' as const,
                  halo: true,
                },
              ]),
          { kind: 'text', x: stage.left, y, text: words.time(data.from), color },
          { kind: 'text', x: stage.right, y, text: words.time(data.to), align: 'right', color },
        ];
      }),
    ],
  };
}
