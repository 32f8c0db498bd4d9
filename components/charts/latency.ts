import { annotate, type Shape } from './annotate';
import type { ChartOption } from './EChart';
import { axisText, type ChartTheme, footLine } from './theme';

/** How long an act took, many times: lengths in ms. */
export interface Latency {
  samplesMs: readonly number[];
  /** Promise that the 95th percentile must keep, ms. */
  targetMs: number;
}

export interface LatencyWords {
  /** Length with its unit. */
  length: (ms: number) => string;
  p50: (ms: number) => string;
  p95: (ms: number) => string;
  target: (ms: number) => string;
}

/** Value below which `share` (0..1) of the samples lie, nearest rank; null without samples. */
export function percentile(samples: readonly number[], share: number): number | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

/** Edges of the bars in ms: doubling from 50 ms, since most lie low and the tail is what matters. */
export const LATENCY_EDGES_MS = [0, 50, 100, 200, 400, 600, 800, 1_000, 1_500, 2_000, 5_000, 10_000] as const;

/** Samples per bar; the last bar holds everything beyond. */
export function latencyCounts(samples: readonly number[]): number[] {
  const counts: number[] = LATENCY_EDGES_MS.map(() => 0);
  for (const sample of samples) {
    const bar = LATENCY_EDGES_MS.findLastIndex((edge) => sample >= edge);
    counts[Math.max(0, bar)]!++;
  }
  return counts;
}

/** Distribution of a latency as bars of equal width over growing edges, with median, 95th percentile and the promise. */
export function latencyOption(data: Latency, words: LatencyWords, theme: ChartTheme): ChartOption {
  const { tokens, px } = theme;
  const counts = latencyCounts(data.samplesMs);
  const most = Math.max(1, ...counts);
  const p50 = percentile(data.samplesMs, 0.5);
  const p95 = percentile(data.samplesMs, 0.95);
  /** Place of a length on the axis of equal bars. */
  const place = (ms: number) => {
    const bar = Math.max(
      0,
      LATENCY_EDGES_MS.findLastIndex((edge) => ms >= edge),
    );
    const next = LATENCY_EDGES_MS[bar + 1] ?? LATENCY_EDGES_MS[bar]! * 2;
    return Math.min(
      LATENCY_EDGES_MS.length,
      bar + (ms - LATENCY_EDGES_MS[bar]!) / (next - LATENCY_EDGES_MS[bar]!),
    );
  };
  return {
    grid: { left: px(8), right: px(8), top: px(56), bottom: px(24) },
    tooltip: { show: false },
    xAxis: {
      type: 'value',
      min: 0,
      max: LATENCY_EDGES_MS.length,
      interval: 1,
      axisLine: footLine(theme),
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        ...axisText(theme),
        formatter: (value: number) => {
          const edge = LATENCY_EDGES_MS[value];
          return edge === undefined || value % 2 ? '' : words.length(edge);
        },
      },
    },
    yAxis: { type: 'value', min: 0, max: most, show: false },
    series: [
      annotate('bars', theme, [0, 0], (stage) => {
        const slot = (stage.right - stage.left) / counts.length;
        const shapes: Shape[] = counts.flatMap((count, index): Shape[] => {
          if (count === 0) return [];
          const y = stage.y(count);
          const x = stage.left + slot * index;
          return [
            { kind: 'rect', x: x + 1, y, width: slot - 2, height: stage.bottom - y, fill: tokens['load-4'] },
            { kind: 'text', x: x + slot / 2, y: y - px(8), text: String(count), align: 'center' },
          ];
        });
        const mark = (ms: number, text: string, row: number, strong: boolean) => {
          const x = stage.left + slot * place(ms);
          const right = x > (stage.left + stage.right) / 2;
          shapes.push({
            kind: 'line',
            from: [x, stage.top - px(48) + row * px(16)],
            to: [x, stage.bottom],
            color: tokens.text,
            width: strong ? px(1.5) : 1,
            dash: strong ? undefined : [2, 3],
          });
          shapes.push({
            kind: 'text',
            x: right ? x - px(6) : x + px(6),
            y: stage.top - px(44) + row * px(16),
            text,
            align: right ? 'right' : 'left',
            bold: strong,
            color: tokens.text,
            halo: true,
          });
        };
        mark(data.targetMs, words.target(data.targetMs), 0, true);
        if (p50 !== null) mark(p50, words.p50(p50), 1, false);
        if (p95 !== null) mark(p95, words.p95(p95), 2, false);
        return shapes;
      }),
    ],
  };
}
