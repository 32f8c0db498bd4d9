import { textFromMicro } from '../../../domain/units';
import { formatIso } from '../../ui/formatTime';
import type { DepartmentQuota } from '../quotaTypes';

/** Marks the text as UTF-8 for spreadsheets. */
const BOM = '\uFEFF';

/**
 * The report as CSV: a row per circuit and their total, quantities raw with six decimals, times in ISO form with the campus
 * offset. Rows end in CRLF as RFC 4180 asks.
 */
export function reportCsv(view: DepartmentQuota, zone: string): string {
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
  const rows = [
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
  return BOM + rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A field, quoted where it must be; text that a spreadsheet would run as a formula is kept as text. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
