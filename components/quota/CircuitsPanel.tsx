'use client';

import { useTranslations } from 'next-intl';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { type Column, Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import styles from './CircuitsPanel.module.css';
import { changeOf, dataOf, isComplete, shareOf } from './circuitFigures';
import { useQuotaDates } from './quotaDates';
import type { CircuitRow, DepartmentQuota } from './quotaTypes';
import { largestMicro, percentOf, type QuotaUnit, quotaUnit } from './quotaUnit';

/** What each circuit used, when, against what, and how much of it was measured. */
export function CircuitsPanel({ view }: { view: DepartmentQuota }) {
  const t = useTranslations('quota');
  const lang = useLang();
  const dates = useQuotaDates();
  const { circuits } = view;
  const unit = quotaUnit(view.utility, largestMicro(circuits.total.usedMicro));
  const largest = largestMicro(...circuits.rows.map(({ usedMicro }) => usedMicro));
  const change = useChangeHeader(view);
  const columns: Column<CircuitRow>[] = [
    {
      key: 'name',
      header: t('circuit'),
      rowHeader: true,
      foot: t('total'),
      cell: ({ name, nameEn, protection }) => (
        <>
          {lang === 'en' ? (nameEn ?? name) : name}{' '}
          {protection !== 'NONE' && <span className="meta">{t(`protection.${protection}`)}</span>}
        </>
      ),
    },
    {
      key: 'bar',
      header: '',
      width: '84px',
      wideCard: true,
      foot: '',
      cell: (row) => <SplitBar row={row} largest={largest} unit={unit} />,
    },
    {
      key: 'used',
      header: unit.unit,
      width: '74px',
      numeric: true,
      foot: unit.number(circuits.total.usedMicro),
      cell: ({ usedMicro }) => <b>{unit.number(usedMicro)}</b>,
    },
    ...(change
      ? [
          {
            key: 'change',
            header: change,
            width: '100px',
            numeric: true,
            foot: changeOf(circuits.total),
            cell: changeOf,
          },
        ]
      : []),
    {
      key: 'after',
      header: t('afterColumn'),
      width: '72px',
      numeric: true,
      foot: unit.number(circuits.total.afterMicro),
      cell: ({ afterMicro }) => unit.number(afterMicro),
    },
    {
      key: 'share',
      header: t('share'),
      width: '56px',
      numeric: true,
      foot: shareOf(circuits.total),
      cell: shareOf,
    },
    {
      key: 'data',
      header: t('data'),
      width: '78px',
      numeric: true,
      foot: dataOf(circuits.total),
      cell: (row) => (isComplete(row) ? dataOf(row) : <span className={styles.part}>{dataOf(row)}</span>),
    },
  ];
  const last = Math.min(view.nowMs, view.toMs - 1);
  return (
    <Panel
      title={t('circuits', {
        n: circuits.rows.length,
        range: dates.range(view.fromMs, Math.max(view.fromMs, last)),
      })}
      meta={
        <span className={styles.legend}>
          <i className={styles.working} /> {t('swatchWorking')} <i className={styles.after} />{' '}
          {t('swatchAfter')}
        </span>
      }
      testId="circuits"
    >
      {circuits.rows.length === 0 ? (
        <EmptyState title={t('noCircuitsTitle')}>{t('noCircuitsWords')}</EmptyState>
      ) : (
        <Table
          caption={t('circuit')}
          columns={columns}
          rows={circuits.rows}
          rowKey={({ code }) => code}
          rowProps={(row) => ({ 'data-testid': 'circuit-row', 'data-used-micro': row.usedMicro.toString() })}
          cards
        />
      )}
    </Panel>
  );
}

/** Header of the comparison, e.g. `vs 18–29 Oct`; null where there is nothing to compare with. */
function useChangeHeader(view: DepartmentQuota): string | null {
  const t = useTranslations('quota');
  const dates = useQuotaDates();
  const { comparison } = view.circuits;
  if (!comparison) return null;
  return comparison.kind === 'LAST_YEAR'
    ? t('vsLastYear', { year: String(Number(view.month.slice(0, 4)) - 1) })
    : t('vsWeeks', { range: dates.range(comparison.fromMs, comparison.lastMs) });
}

function SplitBar({ row, largest, unit }: { row: CircuitRow; largest: bigint; unit: QuotaUnit }) {
  const t = useTranslations('quota');
  const workingMicro = row.usedMicro - row.afterMicro;
  const width = (micro: bigint) => `${percentOf(micro, largest) ?? 0}%`;
  return (
    <span
      className={styles.split}
      role="img"
      aria-label={`${t('workingHours', { value: unit.number(workingMicro) })}, ${t('afterHours', { value: unit.number(row.afterMicro) })}`}
    >
      <i className={styles.working} style={{ width: width(workingMicro) }} />
      <i className={styles.after} style={{ width: width(row.afterMicro) }} />
    </span>
  );
}
