'use client';

import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { useTRPC } from '../live/trpc';
import styles from './FleetList.module.css';
import { FleetRow } from './FleetRow';
import { type FleetFilter, type FleetMeter, type FleetPage, PAGE_ROWS } from './fleetTypes';

const DESK_ROW_PX = 44;
const PHONE_ROW_PX = 96;
/** Rows kept ready above and below what is in view. */
const OVERSCAN = 6;

interface Props {
  filter: FleetFilter;
  /** The first page, which also says how many rows there are. */
  first: FleetPage;
  refreshMs: number;
}

/** The rows in view and a few around them; pages are asked for as they come into view. */
export function FleetList({ filter, first, refreshMs }: Props) {
  const t = useTranslations('meters');
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 640, rowPx: DESK_ROW_PX });
  const key = JSON.stringify(filter);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () =>
      setView({
        top: element.scrollTop,
        height: element.clientHeight,
        rowPx: window.matchMedia('(max-width: 767px)').matches ? PHONE_ROW_PX : DESK_ROW_PX,
      });
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list, seen from its top
  useEffect(() => {
    if (frame.current) frame.current.scrollTop = 0;
  }, [key]);

  const from = Math.max(0, Math.floor(view.top / view.rowPx) - OVERSCAN);
  const to = Math.min(first.matching, Math.ceil((view.top + view.height) / view.rowPx) + OVERSCAN);
  const rowAt = useRows(filter, first, from, to, refreshMs);
  const columns = [
    'meter',
    'place',
    'utility',
    'status',
    'value',
    'register',
    'contact',
    'age',
    ...(first.showsBands ? (['timeLeft'] as const) : []),
    'gateway',
  ] as const;
  return (
    // biome-ignore lint/a11y: a table whose rows stand at their place, which a table's own layout can't; it scrolls, so it takes the focus
    <div
      ref={frame}
      className={styles.frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      role="table"
      aria-label={t('title')}
      aria-rowcount={first.matching + 1}
      data-bands={first.showsBands}
    >
      {/* biome-ignore lint/a11y: rows and cells of the table above */}
      <div role="row" aria-rowindex={1} className={styles.header}>
        {columns.map((column) => (
          // biome-ignore lint/a11y: see above
          <span key={column} role="columnheader" className={NUMERIC.has(column) ? 'num' : undefined}>
            {t(column)}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y: body of the table above */}
      <div className={styles.space} style={{ height: first.matching * view.rowPx }} role="rowgroup">
        {Array.from({ length: Math.max(0, to - from) }, (_, step) => {
          const index = from + step;
          return (
            <FleetRow
              key={index}
              meter={rowAt(index)}
              nowIndex={index}
              topPx={index * view.rowPx}
              heightPx={view.rowPx}
              showsBands={first.showsBands}
            />
          );
        })}
      </div>
    </div>
  );
}

const NUMERIC: ReadonlySet<string> = new Set(['value', 'register', 'age', 'timeLeft']);

/** Rows by their place in the list; null while their page is under way. */
function useRows(
  filter: FleetFilter,
  first: FleetPage,
  from: number,
  to: number,
  refreshMs: number,
): (index: number) => FleetMeter | null {
  const trpc = useTRPC();
  const pages: number[] = [];
  for (let page = Math.floor(from / PAGE_ROWS); page * PAGE_ROWS < to; page++) if (page > 0) pages.push(page);
  const results = useQueries({
    queries: pages.map((page) =>
      trpc.meters.fleet.queryOptions(
        { filter, offset: page * PAGE_ROWS, limit: PAGE_ROWS },
        { refetchInterval: refreshMs, placeholderData: keepPreviousData },
      ),
    ),
  });
  const loaded = new Map<number, readonly FleetMeter[]>([[0, first.meters]]);
  results.forEach(({ data }, at) => {
    if (data?.offset === pages[at]! * PAGE_ROWS) loaded.set(pages[at]!, data.meters);
  });
  return (index) => loaded.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS] ?? null;
}
