'use client';

import { useTranslations } from 'next-intl';
import { useQuotaDates } from '../quotaDates';
import type { DepartmentQuota } from '../quotaTypes';
import type { QuotaUnit } from '../quotaUnit';
import styles from './report.module.css';

const WIDTH = 666;
const LEFT = 54;
const TOP = 16;
const FOOT = 88;

/** Months as bars for paper: this month dark, the year before as a thick line, the forecast dashed. */
export function ReportMonths({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota.report');
  const dates = useQuotaDates();
  const { months, standing, outlook } = view;
  const limit = standing ? unit.value(standing.limitMicro) : null;
  const top = Math.max(
    limit ?? 0,
    outlook ? unit.value(outlook.totalMicro) : 0,
    ...months.flatMap((bar) => [unit.value(bar.usedMicro), unit.value(bar.lastYearMicro ?? 0n)]),
  );
  const y = (value: number) => FOOT - (value / (top || 1)) * (FOOT - TOP);
  const slot = Math.min(96, (WIDTH - LEFT) / Math.max(1, months.length));
  const width = Math.min(30, slot * 0.6);
  return (
    <svg viewBox={`0 0 ${WIDTH} 106`} className={styles.figure} role="img" aria-label={t('monthsNote')}>
      <path d={`M${LEFT} ${FOOT}.5H${WIDTH}`} stroke="#c8c8c8" />
      <text x={LEFT - 8} y={FOOT + 4} textAnchor="end">
        0
      </text>
      {months.map((bar, index) => {
        const middle = LEFT + slot * (index + 0.5);
        const left = middle - width / 2;
        const used = y(unit.value(bar.usedMicro));
        const expected = bar.current && outlook ? y(unit.value(outlook.totalMicro)) : null;
        return (
          <g key={bar.month}>
            <rect
              x={left}
              y={used}
              width={width}
              height={FOOT - used}
              fill={bar.current ? '#5a5a5a' : '#d0d0d0'}
            />
            {expected !== null && (
              <path
                d={`M${left + 0.5} ${used}V${expected}h${width - 1}V${used}`}
                fill="none"
                stroke="#000000"
                strokeDasharray="3 3"
              />
            )}
            {bar.lastYearMicro !== null && (
              <path
                d={`M${left - 4} ${y(unit.value(bar.lastYearMicro))}h${width + 8}`}
                stroke="#000000"
                strokeWidth="2"
              />
            )}
            <text x={middle} y={(expected ?? used) - 5} textAnchor="middle">
              {unit.number(expected === null ? bar.usedMicro : outlook!.totalMicro)}
            </text>
            <text x={middle} y={FOOT + 16} textAnchor="middle" fontWeight={bar.current ? 600 : 400}>
              {dates.shortMonth(bar.month)}
            </text>
          </g>
        );
      })}
      {limit !== null && standing && (
        <g>
          <path d={`M${LEFT} ${y(limit)}H${WIDTH}`} stroke="#000000" />
          <text x={LEFT - 8} y={y(limit) + 4} textAnchor="end">
            {unit.number(standing.limitMicro)}
          </text>
        </g>
      )}
    </svg>
  );
}
