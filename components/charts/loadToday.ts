import { annotate, type Shape, spread } from './annotate';
import type { ChartOption } from './EChart';
import { axisStep, axisText, axisTooltip, type ChartTheme, footLine, gridLine } from './theme';
import { actualLine, type Forecast, forecastLines, valueAxis } from './timeChart';
import { type Point, shiftPoints, toWallMs, wallHourLabel } from './wallTime';

/** An alarm that stood during an interval, for the strip on the time axis. Times in ms UTC; `to` null means still. */
export interface AlarmInterval {
  priority: 1 | 2 | 3 | 4;
  from: number;
  to: number | null;
}

/** Load of one campus day. Powers in the chart's unit (kW), times in ms UTC. */
export interface LoadToday {
  /** [start, end) of the campus day. */
  dayStart: number;
  dayEnd: number;
  now: number;
  zone: string;
  /** Measured so far; null is a gap. */
  actual: readonly Point[];
  /** Yesterday, its times moved by one day. */
  yesterday: readonly Point[];
  /** Median and 10th to 90th percentile from now to the end of the day. */
  forecast: Forecast;
  /** Rated supply or contract; drawn as a line with its words. */
  capacity: number | null;
  alarms: readonly AlarmInterval[];
}

/** Words of the chart, already in the page's language and units. */
export interface LoadTodayWords {
  unit: string;
  now: string | null;
  capacity: string | null;
  forecast: string | null;
  forecastRange: string | null;
  yesterday: string | null;
  alarms: string | null;
  /** Lines of the tooltip at an instant of the wall clock. */
  tooltip: (wallMs: number) => readonly string[];
  tick: (value: number) => string;
}

/**
 * Today solid, yesterday thin, forecast dashed inside its band, capacity as an ink line with its words, alarms as strips
 * under the time axis. Labels stand at the right end instead of a legend.
 */
export function loadTodayOption(
  data: LoadToday,
  words: LoadTodayWords,
  theme: ChartTheme,
  { still = false, narrow = false } = {},
): ChartOption {
  const { tokens, px } = theme;
  const start = toWallMs(data.dayStart, data.zone);
  const end = toWallMs(data.dayEnd, data.zone);
  const now = toWallMs(data.now, data.zone);
  const values = [data.actual, data.yesterday].flatMap((points) => points.map(([, value]) => value ?? 0));
  const top = Math.max(data.capacity ?? 0, ...values, ...data.forecast.map(([, , , high]) => high)) || 1;
  const step = axisStep(top);
  const max =
    data.capacity !== null && data.capacity >= top ? data.capacity * 1.02 : Math.ceil(top / step) * step;
  const last = data.forecast.at(-1);
  const { fan, median } = forecastLines(theme, data.forecast, data.zone, { opacity: 0.12, dash: [5, 4] });
  const lastYesterday = data.yesterday.findLast(([, value]) => value !== null)?.[1] ?? null;
  const lastActual = data.actual.findLast(([, value]) => value !== null);

  return {
    grid: { left: px(48), right: px(narrow ? 18 : 136), top: px(16), bottom: px(36) },
    tooltip: still ? { show: false } : axisTooltip(theme, words.tooltip),
    xAxis: {
      type: 'time',
      min: start,
      max: end,
      // The library turns this into a label every 6 or every 4 hours.
      splitNumber: narrow ? 3 : 6,
      axisLine: footLine(theme),
      axisTick: { show: false },
      axisLabel: {
        ...axisText(theme),
        margin: px(18),
        alignMinLabel: 'left',
        showMaxLabel: true,
        formatter: (value: number) => wallHourLabel(value, start),
      },
      splitLine: { show: false },
    },
    yAxis: {
      ...valueAxis(theme, { max, step, tick: words.tick, clear: 0.35 }),
      splitLine: gridLine(theme),
    },
    series: [
      ...fan,
      {
        id: 'yesterday',
        type: 'line',
        data: shiftPoints(data.yesterday, data.zone),
        showSymbol: false,
        connectNulls: false,
        lineStyle: { color: tokens.s5, width: px(1) },
        itemStyle: { color: tokens.s5 },
        emphasis: { disabled: true },
      },
      median,
      actualLine(theme, data.actual, data.zone),
      annotate('words', theme, [now, 0], (stage) => {
        const shapes: Shape[] = [
          {
            kind: 'text',
            x: stage.left - px(8),
            y: stage.top,
            text: words.unit,
            align: 'right',
            color: tokens['text-3'],
          },
        ];
        const labels: { y: number; text: string; bold?: boolean; soft?: boolean }[] = [];
        if (data.capacity !== null && words.capacity) {
          const y = stage.y(data.capacity);
          shapes.push({
            kind: 'line',
            from: [stage.left, y],
            to: [stage.right, y],
            color: tokens.text,
            width: px(1.5),
          });
          if (narrow) {
            shapes.push({
              kind: 'text',
              x: stage.left + px(4),
              y: y + px(11),
              text: words.capacity,
              bold: true,
              color: tokens.text,
              halo: true,
            });
          } else labels.push({ y, text: words.capacity, bold: true });
        }
        if (!narrow && last && words.forecast) {
          labels.push({ y: stage.y(last[1]) - px(8), text: words.forecast });
          if (words.forecastRange)
            labels.push({ y: stage.y(last[1]) + px(8), text: words.forecastRange, soft: true });
        }
        if (!narrow && lastYesterday !== null && words.yesterday) {
          labels.push({ y: stage.y(lastYesterday) + px(24), text: words.yesterday, soft: true });
        }
        const ys = spread(
          labels.map((label) => label.y),
          px(16),
          stage.bottom - px(4),
        );
        labels.forEach((label, index) => {
          shapes.push({
            kind: 'text',
            x: stage.right + px(12),
            y: ys[index]!,
            text: label.text,
            bold: label.bold,
            color: label.bold ? tokens.text : label.soft ? tokens['text-3'] : tokens['text-2'],
          });
        });
        const x = stage.x(now);
        shapes.push({
          kind: 'line',
          from: [x, stage.top + px(4)],
          to: [x, stage.bottom],
          color: tokens.text,
          dash: [2, 3],
        });
        if (words.now && lastActual) {
          const early = x - stage.left < px(96);
          shapes.push({
            kind: 'text',
            x: early ? x + px(8) : x - px(8),
            y: stage.top + px(18),
            text: words.now,
            bold: true,
            color: tokens.text,
            align: early ? 'left' : 'right',
            halo: true,
          });
        }
        shapes.push(...stripShapes(data.alarms, data.zone, now, stage, theme));
        if (!narrow && data.alarms.length > 0 && words.alarms) {
          shapes.push({
            kind: 'text',
            x: stage.right + px(12),
            y: stage.bottom + px(9),
            text: words.alarms,
            color: tokens['text-3'],
          });
        }
        return shapes;
      }),
    ],
  };
}

/** Strips under the axis: one row per priority, P1 lowest, in plate colours. */
export function stripShapes(
  alarms: readonly AlarmInterval[],
  zone: string,
  nowWall: number,
  stage: { x: (wallMs: number) => number; left: number; right: number; bottom: number },
  theme: ChartTheme,
): Shape[] {
  const rows = [...new Set(alarms.map((alarm) => alarm.priority))].sort((a, b) => b - a);
  return alarms.flatMap(({ priority, from, to }) => {
    const x0 = Math.max(stage.left, stage.x(toWallMs(from, zone)));
    const x1 = Math.min(stage.right, stage.x(to === null ? nowWall : toWallMs(to, zone)));
    if (x1 < stage.left || x0 > stage.right) return [];
    return {
      kind: 'rect' as const,
      x: x0,
      y: stage.bottom + theme.px(4) + rows.indexOf(priority) * theme.px(6),
      width: Math.max(theme.px(3), x1 - x0),
      height: theme.px(4),
      fill: theme.tokens[`p${priority}`],
    };
  });
}
