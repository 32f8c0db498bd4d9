/** Roles of people. A person may hold several, each with a scope of its own. A wall display is no role but a token. */
export const ROLES = [
  'STUDENT',
  'DEPARTMENT_HEAD',
  'WARDEN',
  'SECURITY',
  'MAINTAINER',
  'ENERGY_MANAGER',
  'FINANCE',
  'AUDITOR',
  'ADMIN',
] as const;

export type Role = (typeof ROLES)[number];

/** A role within a scope: a space subtree, a department subtree, or (both null) the campus. */
export interface RoleBinding {
  readonly role: Role;
  readonly spaceId: number | null;
  readonly departmentId: number | null;
  /** Code of that space, to name the scope in words; null where the binding names none. */
  readonly spaceCode: string | null;
  /** Code of that department, for the landing page; null where the binding names none. */
  readonly departmentCode: string | null;
}
