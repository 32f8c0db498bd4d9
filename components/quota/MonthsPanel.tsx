'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { MonthBarsChart } from '../charts/MonthBarsChart';
import { Panel } from '../ui/Panel';
import styles from './panels.module.css';
import { useQuotaDates } from './quotaDates';
import type { DepartmentQuota } from './quotaTypes';
import type { QuotaUnit } from './quotaUnit';

/** Below this share of measured hours a month is told to be a part. */
const WHOLE_SHARE = 0.95;

/** The months there are, at most twelve, beside the year before. */
export function MonthsPanel({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota');
  const dates = useQuotaDates();
  const { months, standing, outlook } = view;
  const data = useMemo(
    () => ({
      quota: standing ? unit.value(standing.limitMicro) : null,
      months: months.map((bar) => ({
        name: dates.shortMonth(bar.month),
        used: unit.value(bar.usedMicro),
        lastYear: bar.lastYearMicro === null ? null : unit.value(bar.lastYearMicro),
        forecast: bar.current && outlook ? unit.value(outlook.totalMicro) : undefined,
        current: bar.current,
      })),
    }),
    [months, standing, outlook, unit, dates],
  );
  const parts = months.filter(({ measuredShare, current }) => !current && measuredShare < WHOLE_SHARE);
  const first = months[0];
  const last = months.at(-1);
  const title =
    first && last && first !== last
      ? t('months', { from: dates.month(first.month), to: dates.month(last.month), unit: unit.unit })
      : t('monthsOne', { from: dates.month(view.month), unit: unit.unit });
  const meta =
    parts.length > 0
      ? t('monthsShort', {
          n: months.length,
          months: parts.map(({ month }) => dates.shortMonth(month)).join(', '),
        })
      : months.every(({ lastYearMicro }) => lastYearMicro === null)
        ? t('monthsFew', { n: months.length })
        : t('monthsMeta');
  return (
    <Panel title={title} meta={meta} testId="months">
      <div className={styles.chart}>
        <MonthBarsChart data={data} unit={unit.unit} />
      </div>
    </Panel>
  );
}
