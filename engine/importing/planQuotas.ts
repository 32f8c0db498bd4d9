import type { QuotaRow } from '../../db/queries/spaces';
import { kept, sameFacts } from './importRun';
import { microOf, type PlanContext } from './planContext';
import { scopeOf } from './planPeople';

const DEFAULT_THRESHOLDS = [80, 90, 100];

/** Quotas of departments and places by month; each change is a new version. */
export function planQuotas(
  context: PlanContext,
  stored: readonly QuotaRow[],
  known: {
    campusCode: string;
    spaces: ReadonlyMap<string, unknown>;
    departments: ReadonlyMap<string, unknown>;
  },
): QuotaRow[] {
  const { run } = context;
  const keyOf = (row: Pick<QuotaRow, 'department' | 'space' | 'utility' | 'month'>) =>
    `${row.department ?? ''}/${row.space ?? ''}/${row.utility}/${row.month}`;
  const quotas = new Map(stored.map((row) => [keyOf(row), row]));
  const written: QuotaRow[] = [];
  for (const row of run.rows('quotas')) {
    const { value } = row;
    const scope = scopeOf(context, row, '/scope', value.scope, known);
    if (!scope) continue;
    if (scope.space === null && scope.department === null) {
      run.fail(row, '/scope', 'CAMPUS_SCOPE', 'scope: a quota belongs to a department or a space.');
      continue;
    }
    const month = value.period;
    const before = quotas.get(keyOf({ ...scope, utility: value.utility, month }));
    const thresholds = value.thresholds ?? before?.thresholds ?? DEFAULT_THRESHOLDS;
    if (thresholds.some((percent, i) => i > 0 && percent <= thresholds[i - 1]!))
      run.fail(row, '/thresholds', 'THRESHOLD_ORDER', 'thresholds: must ascend.');
    const after: QuotaRow = {
      ...scope,
      utility: value.utility,
      month,
      version: (before?.version ?? 0) + 1,
      limitMicro: microOf(value.limit),
      thresholds,
      action: value.action ?? before?.action ?? 'SOFT',
      reason: kept(value.reason, before?.reason, null),
    };
    if (before && sameFacts({ ...before, version: 0 }, { ...after, version: 0 })) continue;
    quotas.set(keyOf(after), after);
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    written.push(after);
  }
  return written;
}
