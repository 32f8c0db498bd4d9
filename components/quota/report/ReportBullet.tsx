'use client';

import { useTranslations } from 'next-intl';
import { formatPercent } from '../../ui/format';
import { useQuotaDates } from '../quotaDates';
import type { DepartmentQuota } from '../quotaTypes';
import type { QuotaUnit } from '../quotaUnit';
import styles from './report.module.css';

const WIDTH = 666;
const TOP = 22;
const HEIGHT = 24;
/** Widths of a part from which it holds its words, or its number alone. */
const WORDS_FROM = 144;
const NUMBER_FROM = 60;

/** The bullet bar for paper: greys that differ in print, every value in words beside it. */
export function ReportBullet({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota');
  const dates = useQuotaDates();
  const { standing, outlook, used, usedMicro } = view;
  if (!standing) return null;
  const limit = unit.value(standing.limitMicro);
  const high = outlook ? unit.value(outlook.highMicro ?? outlook.totalMicro) : 0;
  const max = Math.max(limit, high, unit.value(usedMicro)) * 1.04 || 1;
  const x = (value: number) => (value / max) * WIDTH;
  const working = x(unit.value(used.workingMicro));
  const after = x(unit.value(usedMicro));
  const full = x(limit);
  const bottom = TOP + HEIGHT;
  const words = (width: number, key: 'workingHours' | 'afterHours', micro: bigint) =>
    width > WORDS_FROM
      ? t(key, { value: unit.number(micro) })
      : width > NUMBER_FROM
        ? unit.number(micro)
        : '';
  const leftMicro = standing.limitMicro - usedMicro;
  return (
    <svg viewBox={`0 0 ${WIDTH} 84`} className={styles.figure} role="img" aria-label={t('bar')}>
      <defs>
        <pattern id="over" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V5" stroke="#000000" strokeWidth="2.5" />
        </pattern>
      </defs>
      <rect x="0.5" y={TOP + 0.5} width={full - 1} height={HEIGHT - 1} fill="#ffffff" stroke="#000000" />
      <rect x="0" y={TOP} width={working} height={HEIGHT} fill="#d0d0d0" />
      <rect x={working} y={TOP} width={Math.max(0, after - working)} height={HEIGHT} fill="#5a5a5a" />
      {after > full && (
        <rect x={full} y={TOP} width={after - full} height={HEIGHT} fill="url(#over)" stroke="#000000" />
      )}
      <text x="8" y={TOP + 16}>
        {words(working, 'workingHours', used.workingMicro)}
      </text>
      <text x={working + 8} y={TOP + 16} fill="#ffffff">
        {words(after - working, 'afterHours', used.afterMicro)}
      </text>
      {leftMicro > 0n && full - after > 260 && (
        <text x={after + 8} y={TOP + 16}>
          {t('left', { value: unit.number(leftMicro) })}
        </text>
      )}
      {standing.crossings.map(({ percent, date }) => {
        const at = (full * percent) / 100;
        const strong = percent === 100;
        return (
          <g key={percent} textAnchor="middle" fontWeight={strong ? 600 : 400}>
            <path d={`M${at} ${TOP - 4}V${bottom + 4}`} stroke="#000000" strokeWidth={strong ? 2 : 1} />
            <text x={at} y={TOP - 8}>
              {formatPercent(percent)}
            </text>
            {date && (
              <text x={at} y={bottom + 16}>
                {dates.day(date)}
              </text>
            )}
          </g>
        );
      })}
      {outlook && (
        <g>
          <path
            d={`M${x(unit.value(outlook.lowMicro ?? outlook.totalMicro))} ${TOP + 12}H${x(high)}M${x(unit.value(outlook.lowMicro ?? outlook.totalMicro))} ${TOP + 6}v12M${x(high)} ${TOP + 6}v12`}
            stroke="#000000"
            strokeWidth="1.5"
          />
          <path
            d={`M${x(unit.value(outlook.totalMicro))} ${TOP + 4}l8 8-8 8-8-8z`}
            fill="#ffffff"
            stroke="#000000"
            strokeWidth="2"
          />
          <text
            x={Math.min(WIDTH, x(unit.value(outlook.totalMicro)) + 40)}
            y={bottom + 32}
            textAnchor="end"
            fontWeight="600"
          >
            {t('forecastWord', { value: unit.number(outlook.totalMicro) })}
          </text>
        </g>
      )}
    </svg>
  );
}
