import { annotate, type Shape } from './annotate';
import type { ChartOption } from './EChart';
import { axisStep, axisText, type ChartTheme, footLine, gridLine } from './theme';

/** Months beside the same months a year before. Energies in one unit (kWh). */
export interface MonthBars {
  months: readonly {
    name: string;
    /** Null where no data reaches. */
    used: number | null;
    lastYear: number | null;
    /** Expected at the end, for the running month. */
    forecast?: number;
    current?: boolean;
  }[];
  quota: number | null;
}

export interface MonthBarsWords {
  quota: string | null;
  tick: (value: number) => string;
  /** Words over a month that passed the quota. */
  over: (value: number) => string;
}

/** Bars per month: what passed the quota in violet, last year as a line, the forecast of the running month dashed. */
export function monthBarsOption(data: MonthBars, words: MonthBarsWords, theme: ChartTheme): ChartOption {
  const { tokens, px } = theme;
  const values = data.months.flatMap((month) => [month.used ?? 0, month.lastYear ?? 0, month.forecast ?? 0]);
  const top = Math.max(data.quota ?? 0, ...values) || 1;
  const step = axisStep(top);
  const count = Math.max(1, data.months.length);
  const quota = data.quota;
  return {
    grid: { left: px(52), right: px(8), top: px(24), bottom: px(24) },
    tooltip: { show: false },
    xAxis: {
      type: 'value',
      min: 0,
      max: count,
      axisLine: footLine(theme),
      axisTick: { show: false },
      axisLabel: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: top * 1.04,
      interval: step,
      axisLabel: {
        ...axisText(theme),
        showMaxLabel: false,
        formatter: (value: number) => (value > top * 1.04 - step * 0.2 ? '' : words.tick(value)),
      },
      splitLine: gridLine(theme),
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      annotate('bars', theme, [0, 0], (stage) => {
        const slot = (stage.right - stage.left) / count;
        const width = Math.min(px(28), slot * 0.6);
        const shapes: Shape[] = [];
        data.months.forEach((month, index) => {
          const middle = stage.left + slot * (index + 0.5);
          const left = middle - width / 2;
          if (month.used !== null) {
            const normal = quota === null ? month.used : Math.min(month.used, quota);
            const y = stage.y(normal);
            shapes.push({
              kind: 'rect',
              x: left,
              y,
              width,
              height: stage.bottom - y,
              fill: month.current ? tokens['load-5'] : tokens['load-3'],
            });
            if (quota !== null && month.used > quota) {
              const overY = Math.min(stage.y(month.used), y - px(2));
              shapes.push({ kind: 'rect', x: left, y: overY, width, height: y - overY, fill: tokens.violet });
              shapes.push({
                kind: 'text',
                x: middle,
                y: overY - px(9),
                text: words.over(month.used),
                align: 'center',
                color: tokens.violet,
              });
            }
          }
          if (month.forecast !== undefined) {
            const y0 = stage.y(month.used ?? 0);
            const y1 = stage.y(month.forecast);
            const edge = { color: tokens.text, width: 1, dash: [4, 3] };
            shapes.push({ kind: 'line', from: [left, y0], to: [left, y1], ...edge });
            shapes.push({ kind: 'line', from: [left, y1], to: [left + width, y1], ...edge });
            shapes.push({ kind: 'line', from: [left + width, y1], to: [left + width, y0], ...edge });
            const over = quota !== null && month.forecast > quota;
            shapes.push({
              kind: 'text',
              x: middle,
              y: y1 - px(9),
              text: words.over(month.forecast),
              align: 'center',
              color: over ? tokens.violet : tokens['text-2'],
            });
          }
          if (month.lastYear !== null) {
            const y = stage.y(month.lastYear);
            shapes.push({
              kind: 'line',
              from: [left - px(4), y],
              to: [left + width + px(4), y],
              color: tokens.text,
              width: px(2),
            });
          }
          shapes.push({
            kind: 'text',
            x: middle,
            y: stage.bottom + px(16),
            text: month.name,
            align: 'center',
            bold: month.current,
            color: month.current ? tokens.text : tokens['text-2'],
          });
        });
        if (quota !== null) {
          const y = stage.y(quota);
          shapes.push({
            kind: 'line',
            from: [stage.left, y],
            to: [stage.right, y],
            color: tokens.text,
            width: px(1.5),
          });
          if (words.quota) {
            const x = count > 1 ? stage.left + slot : stage.left + px(8);
            shapes.push({ kind: 'text', x, y: y - px(9), text: words.quota, halo: true });
          }
        }
        return shapes;
      }),
    ],
  };
}
