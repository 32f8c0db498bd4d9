import { annotate, type Shape } from './annotate';
import type { ChartOption } from './EChart';
import { overForecast } from './overForecast';
import type { ChartTheme } from './theme';
import type { Forecast } from './timeChart';
import { type Point, toWallMs } from './wallTime';

/** Load of a feeder against its rating: what was, and what is expected. Powers in W, times in ms UTC. */
export interface Capacity {
  readonly from: number;
  readonly now: number;
  readonly to: number;
  readonly zone: string;
  readonly points: readonly Point[];
  readonly forecast: Forecast;
  /** Null: none was entered. */
  readonly rating: number | null;
  /** Share of the rating from which the feeder is warned of. */
  readonly warnShare: number;
}

export interface CapacityWords {
  readonly rating: string | null;
  readonly warning: string | null;
  readonly now: string;
  readonly tick: (value: number) => string;
  readonly time: (at: number) => string;
  readonly tooltip: (wallMs: number) => readonly string[];
}

/** Load solid, forecast dashed in its fan, the rating as an ink line with its words and its warning share dotted below. */
export function capacityOption(data: Capacity, words: CapacityWords, theme: ChartTheme): ChartOption {
  const { tokens, px } = theme;
  const at = (ms: number) => toWallMs(ms, data.zone);
  const { frame, series } = overForecast(data, data.rating, words, theme);
  return {
    ...frame,
    series: [
      ...series,
      annotate('words', theme, [at(data.from), 0], (stage) => {
        const shapes: Shape[] = [];
        const line = (value: number, text: string | null, dash?: number[]) => {
          const y = stage.y(value);
          shapes.push({
            kind: 'line',
            from: [stage.left, y],
            to: [stage.right, y],
            color: tokens.text,
            dash,
            width: px(dash ? 1 : 1.5),
          });
          if (text)
            shapes.push({
              kind: 'text',
              x: stage.left + px(8),
              y: y + px(10),
              text,
              color: tokens.text,
              bold: !dash,
              halo: true,
            });
        };
        if (data.rating !== null) {
          line(data.rating, words.rating);
          line(data.rating * data.warnShare, words.warning, [px(3), px(3)]);
        }
        const x = stage.x(at(data.now));
        shapes.push(
          { kind: 'line', from: [x, stage.top], to: [x, stage.bottom], color: tokens['text-2'] },
          {
            kind: 'text',
            x: x - px(6),
            y: stage.bottom - px(8),
            text: words.now,
            align: 'right',
            halo: true,
          },
        );
        const y = stage.bottom + px(19);
        const label = (x: number, ms: number, align?: 'center' | 'right') =>
          shapes.push({ kind: 'text', x, y, text: words.time(ms), align, color: tokens['text-3'] });
        label(stage.left, data.from);
        label(x, data.now, 'center');
        label(stage.right, data.to, 'right');
        return shapes;
      }),
    ],
  };
}
