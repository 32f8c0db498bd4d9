'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { formatNumber, NNBSP } from '../ui/format';
import type { ThemeTokens } from '../ui/useThemeTokens';
import { Chart } from './Chart';
import { LATENCY_EDGES_MS, type Latency, latencyCounts, latencyOption } from './latency';
import { chartTheme } from './theme';

/** Length with its unit: ms under a second, else seconds. */
function length(ms: number): string {
  return ms < 1_000
    ? `${formatNumber(ms)}${NNBSP}ms`
    : `${formatNumber(ms / 1_000, ms % 1_000 ? 1 : 0)}${NNBSP}s`;
}

/** Measured distribution of a latency against its promise. */
export function LatencyChart({
  data,
  name,
  height = '200px',
}: {
  data: Latency;
  name: string;
  height?: string;
}) {
  const t = useTranslations('charts');
  const words = useMemo(
    () => ({
      length,
      p50: (ms: number) => t('p50', { value: length(ms) }),
      p95: (ms: number) => t('p95', { value: length(ms) }),
      target: (ms: number) => t('target', { value: length(ms) }),
    }),
    [t],
  );
  const build = useCallback(
    (tokens: ThemeTokens) => latencyOption(data, words, chartTheme(tokens)),
    [data, words],
  );
  const table = useCallback(
    () => ({
      columns: [name, t('count')],
      rows: latencyCounts(data.samplesMs).map((count, index) => [
        `${length(LATENCY_EDGES_MS[index]!)}–${LATENCY_EDGES_MS[index + 1] ? length(LATENCY_EDGES_MS[index + 1]!) : ''}`,
        formatNumber(count),
      ]),
    }),
    [data, name, t],
  );
  return (
    <Chart
      build={build}
      description={`${name}, ${t('samples', { n: data.samplesMs.length })}`}
      table={table}
      height={height}
    />
  );
}
