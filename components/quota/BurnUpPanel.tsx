'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { QuotaBurnUpChart } from '../charts/QuotaBurnUpChart';
import type { QuotaBurnUp } from '../charts/quotaBurnUp';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import styles from './panels.module.css';
import { noonOf, useQuotaDates } from './quotaDates';
import type { DepartmentQuota } from './quotaTypes';
import type { QuotaUnit } from './quotaUnit';

const DAY_MS = 86_400_000;

/** Use since the first of the month against the quota; the future dashed in its band. */
export function BurnUpPanel({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota');
  const zone = useCampusZone();
  const dates = useQuotaDates();
  const data = useMemo(() => burnUp(view, unit, zone), [view, unit, zone]);
  return (
    <Panel
      title={t('burnUp', { unit: unit.unit, date: dates.dayOf(view.fromMs) })}
      meta={<Range view={view} />}
      testId="burn-up"
    >
      <div className={styles.chart}>
        <QuotaBurnUpChart data={data} unit={unit.unit} />
      </div>
    </Panel>
  );
}

function Range({ view }: { view: DepartmentQuota }) {
  const t = useTranslations('quota');
  const dates = useQuotaDates();
  const zone = useCampusZone();
  const range = view.standing?.crossingRange;
  const reached = view.standing?.crossings.find(({ percent }) => percent === 100)?.basis === 'ACTUAL';
  if (!range || reached) return null;
  if (range.earliest === null) return t('burnUpNever');
  return range.latest === null
    ? t('burnUpRangeOpen', { from: dates.day(range.earliest) })
    : t('burnUpRange', { range: dates.range(noonOf(zone, range.earliest), noonOf(zone, range.latest)) });
}

function burnUp(view: DepartmentQuota, unit: QuotaUnit, zone: string): QuotaBurnUp {
  const { outlook, standing } = view;
  const newest = Math.min(view.toMs, view.asOfMs ?? view.nowMs);
  const actual: [number, number | null][] = view.days.length === 0 ? [] : [[view.fromMs, 0]];
  let sumMicro = 0n;
  let before: number | null = null;
  for (const day of view.days) {
    // A day without any value is a gap, not a flat line.
    if (before !== null && day.startMs - before > 1.5 * DAY_MS) actual.push([before + DAY_MS + 1, null]);
    sumMicro += day.quantityMicro;
    actual.push([Math.min(day.startMs + DAY_MS, Math.max(newest, day.startMs)), unit.value(sumMicro)]);
    before = day.startMs;
  }
  const used = unit.value(view.usedMicro);
  const crossing = standing?.crossings.find(({ percent }) => percent === 100);
  return {
    from: view.fromMs,
    to: view.toMs,
    now: Math.min(view.nowMs, view.toMs),
    zone,
    actual,
    forecast: outlook
      ? [
          [Math.max(view.fromMs, Math.min(newest, view.toMs)), used, used, used] as const,
          ...outlook.course.map(
            (point) =>
              [
                Math.min(point.startMs + DAY_MS, view.toMs),
                unit.value(point.medianMicro),
                unit.value(point.lowMicro),
                unit.value(point.highMicro),
              ] as const,
          ),
        ]
      : [],
    quota: standing ? unit.value(standing.limitMicro) : null,
    crossing: crossing?.date ? noonOf(zone, crossing.date) : null,
  };
}
