import { annotate, hatchShapes, type Shape, type Stage } from './annotate';
import type { ChartOption } from './EChart';
import { type AlarmInterval, stripShapes } from './loadToday';
import { axisTooltip, type ChartTheme, gridLine } from './theme';
import { actualLine, bareTimeAxis, valueAxis } from './timeChart';
import { type Point, toWallMs } from './wallTime';

/** Load of a room or a feeder over a short range. Powers in one unit, times in ms UTC. */
export interface RoomLoad {
  from: number;
  to: number;
  zone: string;
  points: readonly Point[];
  limit: number | null;
  /** Ends of the value axis; absent: from 0 to above the limit. */
  axis?: { min: number; max: number };
  usual: { low: number; high: number } | null;
  alarms: readonly AlarmInterval[];
  /** Instants to mark, e.g. when the limit was passed. */
  events?: readonly { at: number; label: string }[];
  /** Intervals without data. */
  gaps?: readonly { from: number; to: number }[];
}

export interface RoomLoadWords {
  limit: string | null;
  usual: string | null;
  tick: (value: number) => string;
  /** Labels of the time axis: at the start, the middle and the end. */
  time: (at: number) => string;
  tooltip: (wallMs: number) => readonly string[];
}

/** Upper end of a power axis that leaves room above the limit. */
export function loadAxisMax(points: readonly Point[], limit: number | null): number {
  const top = Math.max(limit ?? 0, ...points.map(([, value]) => value ?? 0)) || 1;
  const power = 10 ** Math.floor(Math.log10(top));
  const steps = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * power >= top * 1.1) ?? 15) * power;
}

/** Ends of an axis that holds values and limit with room around; @param fromZero whether it begins at zero, as long as nothing is below. */
export function measuredAxis(
  points: readonly Point[],
  limit: number | null,
  fromZero: boolean,
): { min: number; max: number } {
  const values = [...points.flatMap(([, value]) => value ?? []), ...(limit === null ? [] : [limit])];
  const low = Math.min(...values, fromZero ? 0 : Number.POSITIVE_INFINITY);
  if (fromZero && low >= 0) return { min: 0, max: loadAxisMax(points, limit) };
  const high = Math.max(...values);
  const step = 5;
  return { min: Math.floor((low - 1) / step) * step, max: Math.ceil((high + 1) / step) * step };
}

/** Last minutes of a load with its limit as an ink line, the usual band in grey and the alarm as a strip on the time axis. */
export function roomLoadOption(
  data: RoomLoad,
  words: RoomLoadWords,
  theme: ChartTheme,
  still = false,
): ChartOption {
  const { tokens, px } = theme;
  const [from, to] = [toWallMs(data.from, data.zone), toWallMs(data.to, data.zone)];
  const { min, max } = data.axis ?? { min: 0, max: loadAxisMax(data.points, data.limit) };
  return {
    grid: { left: px(40), right: px(1), top: px(12), bottom: px(28) },
    tooltip: still ? { show: false } : axisTooltip(theme, words.tooltip),
    xAxis: bareTimeAxis(theme, from, to),
    yAxis: {
      ...valueAxis(theme, { max, step: max - min, tick: words.tick }),
      min,
      splitLine: gridLine(theme, true),
    },
    series: [
      annotate(
        'ground',
        theme,
        [from, min],
        (stage) => {
          const shapes: Shape[] = [];
          if (data.usual) {
            const y = stage.y(data.usual.high);
            shapes.push({
              kind: 'rect',
              x: stage.left,
              y,
              width: stage.right - stage.left,
              height: Math.max(1, stage.y(data.usual.low) - y),
              fill: tokens.text,
              opacity: 0.08,
            });
          }
          for (const gap of data.gaps ?? []) {
            const x0 = Math.max(stage.left, stage.x(toWallMs(gap.from, data.zone)));
            const x1 = Math.min(stage.right, stage.x(toWallMs(gap.to, data.zone)));
            if (x1 > x0) shapes.push(...hatchShapes(x0, stage.top, x1 - x0, stage.bottom - stage.top, theme));
          }
          return shapes;
        },
        1,
      ),
      actualLine(theme, data.points, data.zone),
      annotate('words', theme, [from, min], (stage) => {
        const shapes: Shape[] = [];
        if (data.limit !== null) {
          const y = stage.y(data.limit);
          shapes.push({
            kind: 'line',
            from: [stage.left, y],
            to: [stage.right, y],
            color: tokens.text,
            width: px(1.5),
          });
          if (words.limit) {
            shapes.push({
              kind: 'text',
              x: stage.left + px(8),
              y: y - px(9),
              text: words.limit,
              bold: true,
              color: tokens.text,
              halo: true,
            });
          }
        }
        if (data.usual && words.usual) {
          shapes.push({
            kind: 'text',
            x: stage.left + px(8),
            y: wordsBeside(data, stage, px(9)),
            text: words.usual,
            color: tokens['text-3'],
            halo: true,
          });
        }
        for (const event of data.events ?? []) {
          const x = stage.x(toWallMs(event.at, data.zone));
          shapes.push({ kind: 'line', from: [x, stage.top], to: [x, stage.bottom], color: tokens['text-2'] });
          const leftSide = x > (stage.left + stage.right) / 2;
          shapes.push({
            kind: 'text',
            x: leftSide ? x - px(6) : x + px(6),
            y: stage.top + px(8),
            text: event.label,
            align: leftSide ? 'right' : 'left',
            halo: true,
          });
        }
        shapes.push(...stripShapes(data.alarms, data.zone, to, stage, theme));
        const y = stage.bottom + px(19);
        const middle = data.from + (data.to - data.from) / 2;
        shapes.push({ kind: 'text', x: stage.left, y, text: words.time(data.from), color: tokens['text-3'] });
        shapes.push({
          kind: 'text',
          x: (stage.left + stage.right) / 2,
          y,
          text: words.time(middle),
          align: 'center',
          color: tokens['text-3'],
        });
        shapes.push({
          kind: 'text',
          x: stage.right,
          y,
          text: words.time(data.to),
          align: 'right',
          color: tokens['text-3'],
        });
        return shapes;
      }),
    ],
  };
}

/** Where the words of the usual band stand: above it, or below where the line begins above. */
function wordsBeside({ usual, points, from, to }: RoomLoad, stage: Stage, gap: number): number {
  const { low, high } = usual!;
  const until = from + (to - from) / 4;
  const isAbove = points.some(([at, value]) => at <= until && value !== null && value > high);
  const below = stage.y(low) + gap;
  return isAbove && below < stage.bottom - gap ? below : stage.y(high) - gap;
}
