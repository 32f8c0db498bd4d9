import { annotate, hatchShapes, type Shape } from './annotate';
import type { ChartOption } from './EChart';
import { type AlarmInterval, stripShapes } from './loadToday';
import { loadAxisMax } from './roomLoad';
import { axisTooltip, type ChartTheme } from './theme';
import { actualLine, bareTimeAxis, valueAxis } from './timeChart';
import { type Point, toWallMs } from './wallTime';

/** Load of some campus days in equal steps. Powers in one unit, times in ms UTC. */
export interface WeekLoad {
  zone: string;
  /** Campus days in order, [start, end), with the words under each. */
  days: readonly { start: number; end: number; name: string; energy: string; today?: boolean }[];
  /** Mean of each step at its start. */
  points: readonly Point[];
  limit: number | null;
  /** Intervals of the dear tariff, shaded. */
  peaks: readonly { from: number; to: number }[];
  gaps: readonly { from: number; to: number; label: string }[];
  alarms: readonly AlarmInterval[];
}

export interface WeekLoadWords {
  limit: string | null;
  /** Words at the newest point. */
  last: string | null;
  tick: (value: number) => string;
  tooltip: (wallMs: number) => readonly string[];
}

/** Days of load as steps: peak tariff shaded, gaps hatched, the limit as an ink line, each day's energy under it. */
export function weekLoadOption(data: WeekLoad, words: WeekLoadWords, theme: ChartTheme): ChartOption {
  const { tokens, px } = theme;
  const first = data.days[0]?.start ?? 0;
  const final = data.days.at(-1)?.end ?? 1;
  const [from, to] = [toWallMs(first, data.zone), toWallMs(final, data.zone)];
  const max = loadAxisMax(data.points, data.limit);
  const newest = data.points.findLast(([, value]) => value !== null);
  return {
    grid: { left: px(40), right: px(1), top: px(8), bottom: px(44) },
    tooltip: axisTooltip(theme, words.tooltip),
    xAxis: bareTimeAxis(theme, from, to),
    yAxis: { ...valueAxis(theme, { max, step: max, tick: words.tick }), splitLine: { show: false } },
    series: [
      annotate(
        'ground',
        theme,
        [from, 0],
        (stage) => {
          const x = (at: number) =>
            Math.min(stage.right, Math.max(stage.left, stage.x(toWallMs(at, data.zone))));
          const height = stage.bottom - stage.top;
          const shapes: Shape[] = data.peaks.map((peak) => ({
            kind: 'rect',
            x: x(peak.from),
            y: stage.top,
            width: x(peak.to) - x(peak.from),
            height,
            fill: tokens.text,
            opacity: 0.07,
          }));
          for (const day of data.days.slice(1)) {
            const at = x(day.start);
            shapes.push({
              kind: 'line',
              from: [at, stage.top],
              to: [at, stage.bottom + px(24)],
              color: tokens.hairline,
            });
          }
          for (const gap of data.gaps) {
            const width = Math.max(px(6), x(gap.to) - x(gap.from));
            shapes.push(...hatchShapes(x(gap.from), stage.top, width, height, theme));
          }
          return shapes;
        },
        1,
      ),
      { ...actualLine(theme, data.points, data.zone, 1.5), step: 'end' },
      annotate('words', theme, [from, 0], (stage) => {
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
        for (const gap of data.gaps) {
          const x = stage.x(toWallMs(gap.to, data.zone)) + px(6);
          if (gap.label) {
            shapes.push({
              kind: 'text',
              x,
              y: stage.top + px(16),
              text: gap.label,
              color: tokens['text-3'],
              halo: true,
            });
          }
        }
        if (newest && newest[1] !== null && words.last) {
          const x = stage.x(toWallMs(newest[0], data.zone));
          const y = Math.min(stage.bottom - px(12), Math.max(stage.top + px(6), stage.y(newest[1])));
          shapes.push({
            kind: 'text',
            x: x - px(8),
            y,
            text: words.last,
            align: 'right',
            bold: true,
            color: tokens.text,
            halo: true,
          });
        }
        for (const day of data.days) {
          const x = (stage.x(toWallMs(day.start, data.zone)) + stage.x(toWallMs(day.end, data.zone))) / 2;
          const color = day.today ? tokens.text : tokens['text-2'];
          shapes.push({
            kind: 'text',
            x,
            y: stage.bottom + px(18),
            text: day.name,
            align: 'center',
            bold: day.today,
            color,
          });
          shapes.push({
            kind: 'text',
            x,
            y: stage.bottom + px(34),
            text: day.energy,
            align: 'center',
            bold: day.today,
            color: day.today ? tokens.text : tokens['text-3'],
          });
        }
        shapes.push(...stripShapes(data.alarms, data.zone, to, stage, theme));
        return shapes;
      }),
    ],
  };
}
