import { annotate, type Shape, spread } from './annotate';
import type { ChartOption } from './EChart';
import { axisStep, axisTooltip, type ChartTheme, gridLine } from './theme';
import { actualLine, bareTimeAxis, type Forecast, forecastLines, valueAxis } from './timeChart';
import { type Point, toWallMs } from './wallTime';

/** Use of a period since its start, cumulated. Energies in one unit (kWh), times in ms UTC. */
export interface QuotaBurnUp {
  from: number;
  to: number;
  now: number;
  zone: string;
  actual: readonly Point[];
  /** Median and 10th to 90th percentile from now to the end. */
  forecast: Forecast;
  /** Null: none is set. */
  quota: number | null;
  /** When the forecast crosses the quota; null if it does not. */
  crossing: number | null;
}

export interface QuotaBurnUpWords {
  unit: string;
  quota: string | null;
  today: string | null;
  evenPace: string;
  crossing: string | null;
  /** Labels at the right end: median, high, low. */
  end: { median: string; high: string; low: string } | null;
  /** Instants with a label on the time axis. */
  ticks: readonly { at: number; label: string }[];
  tick: (value: number) => string;
  tooltip: (wallMs: number) => readonly string[];
}

/** Burn-up of a quota: actual solid, even pace thin, forecast dashed in its band, the quota as a line, the crossing in violet. */
export function quotaBurnUpOption(
  data: QuotaBurnUp,
  words: QuotaBurnUpWords,
  theme: ChartTheme,
): ChartOption {
  const { tokens, px } = theme;
  const [from, to, now] = [data.from, data.to, data.now].map((at) => toWallMs(at, data.zone)) as [
    number,
    number,
    number,
  ];
  const top =
    Math.max(
      data.quota ?? 0,
      ...data.forecast.map(([, , , high]) => high),
      ...data.actual.map(([, value]) => value ?? 0),
    ) || 1;
  const step = axisStep(top);
  const max = top * 1.06;
  const last = data.forecast.at(-1);
  const { fan, median } = forecastLines(theme, data.forecast, data.zone, { opacity: 0.14, dash: [4, 3] });
  const newest = data.actual.findLast(([, value]) => value !== null);
  return {
    grid: { left: px(52), right: px(72), top: px(8), bottom: px(24) },
    tooltip: axisTooltip(theme, words.tooltip),
    xAxis: bareTimeAxis(theme, from, to),
    yAxis: {
      ...valueAxis(theme, { max, step, tick: words.tick, clear: 0.3 }),
      splitLine: gridLine(theme),
    },
    series: [
      {
        id: 'pace',
        type: 'line',
        data:
          data.quota === null
            ? []
            : [
                [from, 0],
                [to, data.quota],
              ],
        showSymbol: false,
        silent: true,
        lineStyle: { color: tokens.s5, width: px(1) },
      },
      ...fan,
      median,
      actualLine(theme, data.actual, data.zone),
      annotate('words', theme, [from, 0], (stage) => {
        const shapes: Shape[] = [
          {
            kind: 'text',
            x: stage.left - px(8),
            y: stage.top + px(2),
            text: words.unit,
            align: 'right',
            color: tokens['text-3'],
          },
        ];
        if (data.quota !== null && words.quota !== null) {
          const quotaY = stage.y(data.quota);
          shapes.push(
            {
              kind: 'line',
              from: [stage.left, quotaY],
              to: [stage.right, quotaY],
              color: tokens.text,
              width: px(1.5),
            },
            { kind: 'text', x: stage.left + px(8), y: quotaY - px(9), text: words.quota, halo: true },
            {
              kind: 'text',
              x: stage.left + (stage.right - stage.left) * 0.8,
              y: stage.y(data.quota * 0.68),
              text: words.evenPace,
              halo: true,
            },
          );
        }
        if (newest && newest[1] !== null && now >= to) {
          // A period that is over ends at its sum; there is no today in it.
          shapes.push({
            kind: 'text',
            x: stage.right + px(8),
            y: stage.y(newest[1]),
            text: words.tick(newest[1]),
            bold: true,
            color: tokens.text,
          });
        } else if (newest && newest[1] !== null) {
          const x = stage.x(now);
          const y = stage.y(newest[1]);
          shapes.push({ kind: 'line', from: [x, y], to: [x, stage.bottom], color: tokens.text });
          if (words.today) {
            const early = x - stage.left < px(110);
            shapes.push({
              kind: 'text',
              x: early ? x + px(8) : x - px(8),
              y: early ? y + px(12) : y - px(8),
              text: words.today,
              align: early ? 'left' : 'right',
              bold: true,
              color: tokens.text,
              halo: true,
            });
          }
        }
        if (data.crossing !== null && words.crossing && data.quota !== null) {
          const quotaY = stage.y(data.quota);
          const x = stage.x(toWallMs(data.crossing, data.zone));
          shapes.push({
            kind: 'line',
            from: [x, quotaY - px(6)],
            to: [x, quotaY + px(6)],
            color: tokens.violet,
            width: px(2),
          });
          shapes.push({
            kind: 'text',
            x: x - px(8),
            y: quotaY - px(16),
            text: words.crossing,
            align: 'right',
            color: tokens.violet,
            halo: true,
          });
        }
        if (last && words.end) {
          const ys = spread([stage.y(last[3]), stage.y(last[1]), stage.y(last[2])], px(16), stage.bottom);
          const end = words.end;
          [end.high, end.median, end.low].forEach((text, index) => {
            shapes.push({
              kind: 'text',
              x: stage.right + px(8),
              y: ys[index]!,
              text,
              bold: index === 1,
              color: index === 1 ? tokens.text : tokens['text-2'],
            });
          });
        }
        for (const tick of words.ticks) {
          shapes.push({
            kind: 'text',
            x: stage.x(toWallMs(tick.at, data.zone)),
            y: stage.bottom + px(16),
            text: tick.label,
            align: 'center',
            color: tokens['text-3'],
          });
        }
        return shapes;
      }),
    ],
  };
}
