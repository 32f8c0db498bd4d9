import { annotate, hatchShapes, type Shape } from './annotate';
import type { ChartOption } from './EChart';
import { axisStep, axisTooltip, type ChartTheme, gridLine } from './theme';
import { bareTimeAxis, valueAxis } from './timeChart';
import { toWallMs } from './wallTime';

const HOUR_MS = 3_600_000;
const THREE_LABELS_PX = 420;

/** Losses of a feeder by hour, as percent of the supply. Times in ms UTC. */
export interface LossHours {
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  /** `percent` null: not known. */
  readonly hours: readonly { readonly at: number; readonly percent: number | null }[];
  readonly band: { readonly low: number; readonly expected: number; readonly high: number } | null;
}

export interface LossWords {
  readonly band: string | null;
  readonly tick: (value: number) => string;
  readonly time: (at: number) => string;
  readonly tooltip: (wallMs: number) => readonly string[];
}

/** Bars for hours that are known, hatch where they are not, and what the rule expects as a grey band. */
export function lossHoursOption(data: LossHours, words: LossWords, theme: ChartTheme): ChartOption {
  const { tokens, px } = theme;
  const at = (ms: number) => toWallMs(ms, data.zone);
  const known = data.hours.flatMap(({ percent }) => percent ?? []);
  const step = axisStep(Math.max(1, data.band?.high ?? 0, ...known) * 1.1);
  const max = Math.ceil((Math.max(1, data.band?.high ?? 0, ...known) * 1.1) / step) * step;
  const min = Math.min(0, Math.floor(Math.min(0, ...known) / step) * step);
  return {
    grid: { left: px(44), right: px(1), top: px(data.band && words.band ? 26 : 12), bottom: px(28) },
    tooltip: axisTooltip(theme, words.tooltip),
    xAxis: bareTimeAxis(theme, at(data.from), at(data.to)),
    yAxis: { ...valueAxis(theme, { max, step, tick: words.tick }), min, splitLine: gridLine(theme) },
    series: [
      annotate(
        'ground',
        theme,
        [at(data.from), 0],
        (stage) => {
          const shapes: Shape[] = [];
          for (const hour of data.hours) {
            if (hour.percent !== null) continue;
            const x0 = Math.max(stage.left, stage.x(at(hour.at)));
            const x1 = Math.min(stage.right, stage.x(at(hour.at + HOUR_MS)));
            if (x1 > x0) shapes.push(...hatchShapes(x0, stage.top, x1 - x0, stage.bottom - stage.top, theme));
          }
          if (data.band) {
            const y = stage.y(data.band.high);
            shapes.push({
              ...{ kind: 'rect', x: stage.left, y, width: stage.right - stage.left, opacity: 0.1 },
              ...{ height: Math.max(1, stage.y(Math.max(min, data.band.low)) - y), fill: tokens.text },
            });
          }
          return shapes;
        },
        1,
      ),
      {
        id: 'loss',
        type: 'bar',
        data: data.hours.map(({ at: ms, percent }) => [at(ms) + HOUR_MS / 2, percent]),
        barWidth: '70%',
        barMaxWidth: px(10),
        itemStyle: { color: tokens.s1 },
        emphasis: { disabled: true },
      },
      annotate('words', theme, [at(data.from), 0], (stage) => {
        const shapes: Shape[] = [];
        if (data.band) {
          const y = stage.y(data.band.expected);
          const dashed = (fromX: number, toX: number, y: number): Shape => ({
            ...{
              kind: 'line',
              from: [fromX, y],
              to: [toX, y],
              color: tokens['text-2'],
              dash: [px(3), px(3)],
            },
          });
          shapes.push(dashed(stage.left, stage.right, y));
          // Above the plot: where losses are, bars stand over the band.
          const above = stage.top - px(14);
          if (words.band)
            shapes.push(dashed(stage.left, stage.left + px(18), above), {
              kind: 'text',
              x: stage.left + px(24),
              y: above,
              text: words.band,
            });
        }
        const y = stage.bottom + px(19);
        const label = (x: number, ms: number, align?: 'center' | 'right') =>
          shapes.push({ kind: 'text', x, y, text: words.time(ms), align, color: tokens['text-3'] });
        label(stage.left, data.from);
        // Three moments with their dates run into each other on a phone.
        if (stage.right - stage.left >= px(THREE_LABELS_PX))
          label((stage.left + stage.right) / 2, (data.from + data.to) / 2, 'center');
        label(stage.right, data.to, 'right');
        return shapes;
      }),
    ],
  };
}
