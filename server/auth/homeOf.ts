import type { Role } from './roles';
import type { Session } from './session';

/** Which role decides where a person lands who holds several: the one whose work is most urgent first. */
const LANDING_ORDER: readonly Role[] = [
  'SECURITY',
  'ENERGY_MANAGER',
  'WARDEN',
  'MAINTAINER',
  'DEPARTMENT_HEAD',
  'FINANCE',
  'ADMIN',
  'AUDITOR',
  'STUDENT',
];

function landingOf(role: Role, session: Session): string {
  switch (role) {
    case 'SECURITY':
    case 'WARDEN':
    case 'MAINTAINER':
      return '/alarms';
    case 'ENERGY_MANAGER':
    case 'AUDITOR':
      return '/overview';
    case 'DEPARTMENT_HEAD': {
      const code = session.bindings.find((b) => b.role === role)?.departmentCode ?? null;
      return code === null ? '/quota' : `/quota/${encodeURIComponent(code)}`;
    }
    case 'FINANCE':
      return '/finance/ledger';
    case 'ADMIN':
      return '/admin';
    case 'STUDENT':
      return '/me';
  }
}

/** Where a person lands after signing in. `/overview` says what is missing to one who holds no role at all. */
export function homeOf(session: Session): string {
  const role = LANDING_ORDER.find((r) => session.bindings.some((b) => b.role === r));
  return role === undefined ? '/overview' : landingOf(role, session);
}
