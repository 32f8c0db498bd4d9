import type { ReactNode } from 'react';
import { OtherDepartment } from '../../../../components/quota/OtherDepartment';
import { monthFrom, utilityFrom } from '../../../../components/quota/quotaQuery';
import type { DepartmentQuota } from '../../../../components/quota/quotaTypes';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { DomainError } from '../../../../domain/errors';
import { api } from '../../../../requestContext';
import { rolesThatMay } from '../../../../server/auth/permissions';
import { codeIn, pageAnswer } from '../../../pageAnswer';

/** What the pages under `/quota/[dept]` are given. */
export interface DepartmentRoute {
  params: Promise<{ dept: string }>;
  searchParams: Promise<{ month?: string; utility?: string }>;
}

/** Renders a department's month, or says why it can't be seen: another's department, no role, no such department. */
export async function departmentOr(
  { params, searchParams }: DepartmentRoute,
  render: (view: DepartmentQuota) => ReactNode,
): Promise<ReactNode> {
  const department = await codeIn(params, 'dept');
  const query = await searchParams;
  const { quota } = await api();
  const asked = quota.department({
    department,
    month: monthFrom(query.month),
    utility: utilityFrom(query.utility),
  });
  return pageAnswer(asked, render, ({ cause }) => {
    if (!(cause instanceof DomainError) || cause.reason !== 'OUT_OF_SCOPE')
      return <ForbiddenPage roles={rolesThatMay('VIEW_QUOTA')} />;
    const { department: name, departmentEn, ask } = cause.details;
    return <OtherDepartment name={String(name)} nameEn={String(departmentEn)} ask={String(ask)} />;
  });
}
