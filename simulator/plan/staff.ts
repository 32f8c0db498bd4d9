import type { ImportRow } from '../../contracts/importDocument';
import type { PlanDocument } from './traits';

interface StaffMember {
  code: string;
  name: string;
  roles: ImportRow<'users'>['roles'];
}

/** Two people where one proposes and another approves. Scopes are space or department codes; absent: the campus. */
const STAFF: readonly StaffMember[] = [
  { code: 'linwei', name: '林薇', roles: [{ role: 'ENERGY_MANAGER' }] },
  { code: 'gaolei', name: '高磊', roles: [{ role: 'ENERGY_MANAGER' }] },
  { code: 'zhouqiang', name: '周强', roles: [{ role: 'SECURITY' }] },
  { code: 'sunli', name: '孙丽', roles: [{ role: 'WARDEN', scope: 'D7' }] },
  { code: 'hejun', name: '何军', roles: [{ role: 'MAINTAINER' }] },
  { code: 'zhaomin', name: '赵敏', roles: [{ role: 'FINANCE' }] },
  { code: 'qianfeng', name: '钱峰', roles: [{ role: 'FINANCE' }] },
  { code: 'chensiyuan', name: '陈思远', roles: [{ role: 'DEPARTMENT_HEAD', scope: 'DEPT-CHEMISTRY' }] },
  { code: 'xuwen', name: '许文', roles: [{ role: 'AUDITOR' }] },
  { code: 'guoning', name: '郭宁', roles: [{ role: 'ADMIN' }] },
  { code: 'dengchao', name: '邓超', roles: [{ role: 'ADMIN' }] },
];

/** Adds the staff and one signed-in resident (of 7-412 on the full campus) to the document. */
export function staffPeople(document: PlanDocument): void {
  for (const { code, name, roles } of STAFF) {
    const person = `STAFF-${code}`;
    document.persons.push({ code: person, name, contact: `${code}@lakeside.example` });
    document.users.push({ code, person, roles });
  }
  const home =
    document.occupancies.find(({ account }) => account === 'A-7-412') ??
    document.occupancies.find(({ account }) => account.startsWith('A-7-'));
  if (home) {
    const roles: ImportRow<'users'>['roles'] = [{ role: 'STUDENT', scope: home.account.slice(2) }];
    document.users.push({ code: 'student', person: home.person, roles });
  }
}
