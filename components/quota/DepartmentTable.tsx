'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import { formatPercent, LONG_DASH } from '../ui/format';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { type Column, Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import styles from './DepartmentTable.module.css';
import { useOverWords } from './overWords';
import { QuotaBar } from './QuotaBar';
import { useQuotaDates } from './quotaDates';
import type { QuotaList, QuotaListRow } from './quotaTypes';
import { percentOf, type QuotaUnit, quotaPercent } from './quotaUnit';

interface Props {
  list: QuotaList;
  unit: QuotaUnit;
  onSet: (department: string) => void;
}

/** Departments by how far the month will take them, each bar on the same scale of percent of its own quota. */
export function DepartmentTable({ list, unit, onSet }: Props) {
  const t = useTranslations('quota');
  const lang = useLang();
  const dates = useQuotaDates();
  const over = useOverWords();
  const max = scaleOf(list.departments);
  const ended = list.state === 'ENDED';
  const name = ({ name: zh, nameEn }: QuotaListRow) => (lang === 'en' ? (nameEn ?? zh) : zh);
  const href = ({ code }: QuotaListRow) => `/quota/${encodeURIComponent(code)}?month=${list.month}`;
  const endMicro = (row: QuotaListRow) => row.forecast?.totalMicro ?? row.usedMicro;

  const columns: Column<QuotaListRow>[] = [
    {
      key: 'name',
      header: t('department'),
      width: '19%',
      rowHeader: true,
      cell: (row) => (
        <Link href={href(row)} className={styles.name}>
          {name(row)}
        </Link>
      ),
    },
    {
      key: 'bar',
      header: t('bar'),
      wideCard: true,
      cell: (row) =>
        row.standing ? (
          <QuotaBar
            max={max}
            used={Number(row.standing.usedPpm) / 10_000}
            forecast={barForecast(row)}
            description={sentenceOf(row)}
          />
        ) : (
          <span className="quiet">{t('noQuota')}</span>
        ),
    },
    {
      key: 'used',
      header: t('usedColumn', { unit: unit.unit }),
      width: '9%',
      numeric: true,
      cell: (row) => unit.number(row.usedMicro),
    },
    {
      key: 'quota',
      header: t('quotaColumn', { unit: unit.unit }),
      width: '9%',
      numeric: true,
      cell: (row) => unit.number(row.standing?.limitMicro ?? null),
    },
    ...(ended
      ? []
      : [
          {
            key: 'forecast',
            header: t('forecastColumn', { unit: unit.unit }),
            width: '10%',
            numeric: true,
            cell: (row: QuotaListRow) =>
              row.forecast ? (
                unit.number(row.forecast.totalMicro)
              ) : (
                <span className="quiet">{t('noForecast')}</span>
              ),
          },
        ]),
    {
      key: 'end',
      header: t('endColumn'),
      width: '15%',
      numeric: true,
      cell: (row) => {
        if (!row.standing) return LONG_DASH;
        const ppm = row.standing.expectedPpm ?? row.standing.usedPpm;
        return (
          <>
            <b>{formatPercent(quotaPercent(ppm))}</b>
            <small>{over(endMicro(row), row.standing.limitMicro, unit)}</small>
          </>
        );
      },
    },
    {
      key: 'crosses',
      header: t('crosses'),
      width: '10%',
      numeric: true,
      cell: (row) => {
        const full = row.standing?.crossings.find(({ percent }) => percent === 100);
        if (!full) return LONG_DASH;
        return full.date ? (
          <b>{dates.day(full.date)}</b>
        ) : (
          <span className="quiet">{t(ended ? 'notReached' : 'notThisMonth')}</span>
        );
      },
    },
    ...(list.maySet
      ? [
          {
            key: 'set',
            header: '',
            width: '108px',
            numeric: true,
            cell: (row: QuotaListRow) => (
              <Button
                size="small"
                onClick={() => onSet(row.code)}
                aria-label={t('setFor', { department: name(row) })}
              >
                {t('set')}
              </Button>
            ),
          },
        ]
      : []),
  ];

  function sentenceOf(row: QuotaListRow): string {
    const { standing, forecast } = row;
    if (!standing) return '';
    const parts = [
      t('barDescription', {
        used: unit.text(row.usedMicro),
        limit: unit.text(standing.limitMicro),
        percent: formatPercent(quotaPercent(standing.usedPpm)),
      }),
    ];
    if (forecast && standing.expectedPpm !== null) {
      parts.push(
        t('barForecast', {
          value: unit.text(forecast.totalMicro),
          percent: formatPercent(quotaPercent(standing.expectedPpm)),
        }),
        over(forecast.totalMicro, standing.limitMicro, unit),
      );
      if (forecast.lowMicro !== null && forecast.highMicro !== null)
        parts.push(
          t('barRange', { low: unit.number(forecast.lowMicro), high: unit.number(forecast.highMicro) }),
        );
    }
    return parts.join(', ');
  }

  return (
    <Panel
      title={t('departments')}
      meta={t(ended ? 'sortedEnded' : 'sorted', { max: formatPercent(max) })}
      testId="department-table"
    >
      {list.departments.length === 0 ? (
        <EmptyState title={t('emptyTitle')}>{t('emptyWords')}</EmptyState>
      ) : (
        <>
          <Table
            caption={t('departments')}
            columns={columns}
            rows={list.departments}
            rowKey={(row) => row.code}
            rowProps={(row) => ({
              'data-testid': 'department-row',
              'data-department': row.code,
              'data-expected-ppm': (row.standing?.expectedPpm ?? row.standing?.usedPpm)?.toString(),
            })}
            density="tall"
            cards
          />
          <Legend ended={ended} />
        </>
      )}
    </Panel>
  );
}

function Legend({ ended }: { ended: boolean }) {
  const t = useTranslations('quota');
  return (
    <ul className={styles.legend}>
      <li>
        <i className={styles.used} />
        {t('legendUsed')}
      </li>
      <li>
        <i className={styles.over} />
        {t('legendOver')}
      </li>
      {!ended && (
        <li>
          <i className={styles.diamond} />
          {t('legendForecast')}
        </li>
      )}
    </ul>
  );
}

function barForecast({ forecast, standing }: QuotaListRow): { at: number; low: number; high: number } | null {
  if (!forecast || !standing) return null;
  const percent = (micro: bigint) => percentOf(micro, standing.limitMicro) ?? 0;
  const at = percent(forecast.totalMicro);
  return {
    at,
    low: forecast.lowMicro === null ? at : percent(forecast.lowMicro),
    high: forecast.highMicro === null ? at : percent(forecast.highMicro),
  };
}

/** End of the common scale: what reaches furthest, in steps of 10 %, between 110 and 200. */
function scaleOf(rows: readonly QuotaListRow[]): number {
  const ends = rows.flatMap((row) => [
    row.standing ? Number(row.standing.usedPpm) / 10_000 : 0,
    barForecast(row)?.high ?? 0,
  ]);
  return Math.min(200, Math.max(110, Math.ceil((Math.max(0, ...ends) + 2) / 10) * 10));
}
