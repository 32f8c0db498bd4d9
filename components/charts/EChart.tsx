'use client';

import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { CustomSeriesOption, EChartsOption } from 'echarts/types/dist/echarts';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type ThemeTokens, useThemeTokens } from '../ui/useThemeTokens';
import styles from './EChart.module.css';

echarts.use([
  AriaComponent,
  BarChart,
  CanvasRenderer,
  CustomChart,
  GridComponent,
  LineChart,
  MarkLineComponent,
  TooltipComponent,
]);

export type ChartOption = EChartsOption;
export type CustomSeries = CustomSeriesOption;

/** The same data as a table: what a screen reader, a printout or a doubting reader takes. */
export interface ChartTable {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

interface Props {
  /**
   * Option for the theme in force; `narrow` on a phone, where words have no room beside the plot. Series carry ids, so that
   * new data merges by id. Keep it stable between renders.
   */
  build: (tokens: ThemeTokens, narrow: boolean) => ChartOption;
  /** One sentence that says what the chart shows and what is remarkable. */
  description: string;
  /** Data as a table; the toggle swaps chart and table. */
  table?: () => ChartTable;
  /** Height in CSS length; the width is the container's. */
  height: string;
  /** Walls have no pointer: no tooltip, no toggle. */
  still?: boolean;
  /** Shown over the chart, e.g. why it is empty. */
  children?: ReactNode;
}

const MIN_GAP_MS = 500;
const NARROW_PX = 560;

/** The only door to ECharts: one instance per container, resized with it, disposed with it, at most two updates a second. */
export function EChart({ build, description, table, height, still, children }: Props) {
  const t = useTranslations('common');
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const drawnAt = useRef(0);
  const [asTable, setAsTable] = useState(false);
  const [narrow, setNarrow] = useState(false);
  const tokens = useThemeTokens(frame);

  useEffect(() => {
    const element = canvas.current;
    if (!element || asTable) return;
    setNarrow(element.clientWidth < NARROW_PX);
    const instance = echarts.init(element, null, { renderer: 'canvas' });
    chart.current = instance;
    drawnAt.current = 0;
    const observer = new ResizeObserver(() => {
      instance.resize();
      setNarrow(element.clientWidth < NARROW_PX);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      instance.dispose();
      chart.current = null;
    };
  }, [asTable]);

  useEffect(() => {
    if (!tokens || asTable) return;
    const draw = () => {
      drawnAt.current = performance.now();
      chart.current?.setOption(
        {
          ...build(tokens, narrow),
          animation: false,
          useUTC: true,
          aria: { enabled: true, label: { description } },
        },
        { replaceMerge: ['series'] },
      );
    };
    const wait = drawnAt.current + MIN_GAP_MS - performance.now();
    if (drawnAt.current === 0 || wait <= 0) {
      draw();
      return;
    }
    const timer = setTimeout(draw, wait);
    return () => clearTimeout(timer);
  }, [build, tokens, narrow, description, asTable]);

  return (
    <div ref={frame} className={styles.frame} style={{ minHeight: height }}>
      {asTable && table ? (
        <TableTwin table={table()} caption={description} height={height} />
      ) : (
        <div ref={canvas} className={styles.canvas} style={{ height }} role="img" aria-label={description} />
      )}
      {children}
      {table && !still && (
        <button
          type="button"
          className={styles.toggle}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
          data-testid="chart-twin"
        >
          {t(asTable ? 'viewAsChart' : 'viewAsTable')}
        </button>
      )}
    </div>
  );
}

function TableTwin({ table, caption, height }: { table: ChartTable; caption: string; height: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div className={styles.twin} style={{ height }} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={index} scope="col" className={index > 0 ? 'num' : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at} className={at > 0 ? 'num' : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
