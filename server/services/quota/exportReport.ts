import { withTransaction } from '../../../db/client';
import type { Utility } from '../../../domain/metering/reading';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { type DepartmentQuota, viewDepartment } from './viewDepartment';

/** A department's month to be taken out of the product; who took it stands in the audit log. */
export async function exportReport(
  deps: ServiceDeps,
  caller: Caller,
  input: { department: string; month?: string; utility: Utility },
): Promise<DepartmentQuota> {
  const view = await viewDepartment(deps, caller, input);
  await withTransaction(deps.database, async (tx) =>
    auditAct(tx, deps, caller, {
      action: 'QUOTA_REPORT_EXPORTED',
      target: `department:${view.department.code}`,
      after: { month: view.month, utility: view.utility },
    }),
  );
  return view;
}
