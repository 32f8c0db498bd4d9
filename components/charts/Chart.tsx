'use client';

import dynamic from 'next/dynamic';
import type { ComponentProps } from 'react';
import type { EChart } from './EChart';

/** The chart with its library loaded after the page, so that figures and alarms are on screen first. */
const Lazy = dynamic(() => import('./EChart').then((module) => module.EChart), { ssr: false });

/** A chart that keeps its place while the library loads. Same props as EChart. */
export function Chart(props: ComponentProps<typeof EChart>) {
  return (
    <div style={{ minHeight: props.height }} data-testid="chart">
      <Lazy {...props} />
    </div>
  );
}
