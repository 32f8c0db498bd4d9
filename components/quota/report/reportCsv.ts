import { textFromMicro } from '../../../domain/units';
import type { CsvRows } from '../../ui/csv';
import { formatIso } from '../../ui/formatTime';
import type { DepartmentQuota } from '../quotaTypes';

/**
 * The report as rows of a CSV file: a row per circuit and their total, quantities raw with six decimals, times in ISO form with the campus
 * offset.
 */
export function reportCsv(view: DepartmentQuota, zone: string): CsvRows {
  const unit = view.utility === 'ELECTRICITY' ? 'kwh' : 'm3';
  const from = formatIso(view.fromMs, zone);
  const to = formatIso(Math.max(view.fromMs, Math.min(view.toMs, view.asOfMs ?? view.nowMs)), zone);
  const header = [
    'department',
    'month',
    'utility',
    'circuit_code',
    'circuit',
    'from',
    'to',
    `used_${unit}`,
    `working_hours_${unit}`,
    `after_hours_${unit}`,
    'hours_measured',
    'hours_expected',
    `quota_${unit}`,
    `forecast_${unit}`,
  ];
  const { circuits, standing, outlook } = view;
  const line = (
    code: string,
    name: string,
    figures: typeof circuits.total,
    limit: string,
    forecast: string,
  ): string[] => [
    view.department.code,
    view.month,
    view.utility,
    code,
    name,
    from,
    to,
    textFromMicro(figures.usedMicro),
    textFromMicro(figures.usedMicro - figures.afterMicro),
    textFromMicro(figures.afterMicro),
    String(figures.completeness.measured),
    String(figures.completeness.expected),
    limit,
    forecast,
  ];
  return [
    header,
    ...circuits.rows.map((row) => line(row.code, row.name, row, '', '')),
    line(
      'TOTAL',
      '',
      circuits.total,
      standing ? textFromMicro(standing.limitMicro) : '',
      outlook ? textFromMicro(outlook.totalMicro) : '',
    ),
  ];
}
