import type { ImportRow } from '../../contracts/importDocument';
import type { AccountRow } from '../../db/queries/accountSetup';
import type { OccupancyRow, PersonRow, Role, RoleRow, UserAccountRow } from '../../db/queries/people';
import type { SpaceRow } from '../../db/queries/spaces';
import { holdsOnCampus, type ImportConsent, type ImportRights, isTrusted } from './importRights';
import { kept, type ParsedRow, sameFacts } from './importRun';
import { instantMs, type PlanContext, ppmOf, referred } from './planContext';

export interface PersonsPlan {
  readonly persons: ReadonlyMap<string, PersonRow>;
  readonly written: readonly PersonRow[];
}

export function planPersons(context: PlanContext, stored: readonly PersonRow[]): PersonsPlan {
  const { run } = context;
  const persons = new Map(stored.map((row) => [row.code, row]));
  const written: PersonRow[] = [];
  for (const row of run.rows('persons')) {
    const { code, name, contact } = row.value;
    const before = persons.get(code);
    const after: PersonRow = { code, name, contact: kept(contact, before?.contact, null) };
    persons.set(code, after);
    if (before && sameFacts(before, after)) continue;
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    written.push(after);
  }
  return { persons, written };
}

export interface OccupanciesPlan {
  readonly changed: readonly OccupancyRow[];
  readonly added: readonly OccupancyRow[];
}

const WHOLE_PPM = 1_000_000;
/** Occupancies of one account over all time. */
const MAX_RESIDENTS = 500;
const OCCUPIED = new Set<SpaceRow['kind']>(['ROOM', 'ZONE']);

/** Who lives where. At any instant the residents of an account share the whole, or none of them names a share. */
export function planOccupancies(
  context: PlanContext,
  stored: readonly OccupancyRow[],
  known: {
    accounts: ReadonlyMap<string, AccountRow>;
    spaces: ReadonlyMap<string, SpaceRow>;
    persons: ReadonlyMap<string, unknown>;
  },
): OccupanciesPlan {
  const { run } = context;
  const keyOf = (row: OccupancyRow) => `${row.account}/${row.person}/${row.fromMs}`;
  const all = new Map(stored.map((row) => [keyOf(row), row]));
  const rowsOf = new Map<string, ParsedRow<ImportRow<'occupancies'>>[]>();
  const changed: OccupancyRow[] = [];
  const added: OccupancyRow[] = [];
  for (const row of run.rows('occupancies')) {
    const { value } = row;
    const account = referred(context, row, '/account', 'accounts', known.accounts, value.account);
    referred(context, row, '/person', 'persons', known.persons, value.person);
    const space = account?.space == null ? undefined : known.spaces.get(account.space);
    if (space && !OCCUPIED.has(space.kind))
      run.fail(
        row,
        '/account',
        'NOT_A_ROOM',
        `account: nobody can live in the ${space.kind} "${space.code}".`,
      );
    const fromMs = instantMs(context, value.from);
    const before = all.get(`${value.account}/${value.person}/${fromMs}`);
    const toMs = value.to == null ? kept(value.to, before?.toMs, null) : instantMs(context, value.to);
    const sharePpm = value.share == null ? kept(value.share, before?.sharePpm, null) : ppmOf(value.share);
    if (toMs !== null && toMs <= fromMs) run.fail(row, '/to', 'EMPTY_SPAN', 'to: must be later than from.');
    const after: OccupancyRow = { account: value.account, person: value.person, fromMs, toMs, sharePpm };
    all.set(keyOf(after), after);
    listOf(rowsOf, value.account).push(row);
    if (before && sameFacts(before, after)) continue;
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    (before ? changed : added).push(after);
  }
  const byAccount = new Map<string, OccupancyRow[]>();
  for (const row of all.values()) listOf(byAccount, row.account).push(row);
  for (const [account, rows] of rowsOf) {
    const problem = problemOf(byAccount.get(account) ?? []);
    if (problem) for (const row of rows) run.fail(row, problem.field, problem.code, problem.message);
  }
  return { changed, added };
}

function listOf<V>(lists: Map<string, V[]>, key: string): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function problemOf(
  residents: readonly OccupancyRow[],
): { field: string; code: string; message: string } | null {
  if (residents.length > MAX_RESIDENTS)
    return {
      field: '/account',
      code: 'TOO_MANY_RESIDENTS',
      message: `account: more than ${MAX_RESIDENTS} occupancies.`,
    };
  const instants = new Set(residents.map((row) => row.fromMs));
  for (const atMs of instants) {
    const present = residents.filter((row) => row.fromMs <= atMs && (row.toMs === null || row.toMs > atMs));
    const people = new Set(present.map((row) => row.person));
    if (people.size < present.length)
      return {
        field: '/from',
        code: 'OCCUPANCY_OVERLAP',
        message: 'from: the person lives there already at this time.',
      };
    const shares = present.filter((row) => row.sharePpm !== null);
    const sumPpm = shares.reduce((sum, row) => sum + row.sharePpm!, 0);
    if (shares.length === 0 || (shares.length === present.length && sumPpm === WHOLE_PPM)) continue;
    return {
      field: '/share',
      code: 'SHARES_SUM',
      message: `share: at ${new Date(atMs).toISOString()} the shares sum to ${sumPpm / WHOLE_PPM} over ${present.length} residents; all must have one, summing to 1, or none.`,
    };
  }
  return null;
}

export interface UsersPlan {
  /** New sign-ins with their first password, where one was given. */
  readonly added: readonly (Omit<UserAccountRow, 'roles'> & { password: string | null })[];
  readonly changed: readonly (Omit<UserAccountRow, 'roles'> & { endSessions: boolean })[];
  readonly endedRoles: readonly (RoleRow & { user: string })[];
  readonly givenRoles: readonly (RoleRow & { user: string })[];
}

/** Making a password hash takes a good part of a second; more than this would stall the import. */
const MAX_NEW_PASSWORDS = 200;

export function planUsers(
  context: PlanContext,
  stored: readonly UserAccountRow[],
  known: {
    campusCode: string;
    persons: ReadonlyMap<string, PersonRow>;
    spaces: ReadonlyMap<string, unknown>;
    departments: ReadonlyMap<string, unknown>;
    /** Sign-in names of other campuses. */
    taken: ReadonlySet<string>;
    /** Null: whoever installs. */
    rights: ImportRights | null;
    consent: ImportConsent;
  },
): UsersPlan {
  const { run } = context;
  const users = new Map(stored.map((row) => [row.code, row]));
  const added: UsersPlan['added'][number][] = [];
  const changed: UsersPlan['changed'][number][] = [];
  const endedRoles: (RoleRow & { user: string })[] = [];
  const givenRoles: (RoleRow & { user: string })[] = [];
  let passwords = 0;
  // Whoever answers for the import, under whichever of their sign-ins.
  const { rights } = known;
  const answerable = rights?.answerable ?? '';
  const self = answerable.startsWith('user:') ? users.get(answerable.slice('user:'.length)) : undefined;
  const maySetRoles = rights === null || (self !== undefined && holdsOnCampus(self, 'ADMIN'));
  const isOwn = (code: string, ...people: readonly (string | null | undefined)[]): boolean =>
    self !== undefined && (code === self.code || (self.person !== null && people.includes(self.person)));
  for (const row of run.rows('users')) {
    const { value } = row;
    const before = users.get(value.code);
    if (known.taken.has(value.code))
      run.fail(row, '/code', 'CODE_TAKEN', 'code: the sign-in name belongs to another campus.');
    const personCode = kept(value.person, before?.person, null);
    const person =
      personCode === null
        ? undefined
        : referred(context, row, '/person', 'persons', known.persons, personCode);
    const head = {
      code: value.code,
      person: personCode,
      displayName: value.name ?? before?.displayName ?? person?.name ?? value.code,
      disabled: value.disabled ?? before?.disabled ?? false,
    };
    const roles = rolesOf(context, row, known);
    const held = new Map((before?.roles ?? []).map((role) => [roleKey(role), role]));
    const lost = [...held.values()].filter((role) => !roles.has(roleKey(role)));
    const won = [...roles.values()].filter((role) => !held.has(roleKey(role)));
    endedRoles.push(...lost.map((role) => ({ ...role, user: value.code })));
    givenRoles.push(...won.map((role) => ({ ...role, user: value.code })));
    if (lost.length + won.length > 0) {
      if (isOwn(value.code, personCode, before?.person))
        run.fail(row, '/roles', 'OWN_ROLE', 'roles: nobody changes their own; another administrator does.');
      if (!maySetRoles)
        run.fail(
          row,
          '/roles',
          'ROLE_OF_MAKER',
          'roles: who made this API key gives no roles: an administrator of the whole campus makes another key.',
        );
    }
    needConsent(run, row, known.consent, before, { ...head, roles: [...roles.values()], won });
    if (!before) {
      if (value.password !== undefined && ++passwords > MAX_NEW_PASSWORDS)
        run.fail(
          row,
          '/password',
          'TOO_MANY_PASSWORDS',
          `password: at most ${MAX_NEW_PASSWORDS} new ones at once.`,
        );
      added.push({ ...head, password: value.password ?? null });
      run.settle(row, 'CREATED');
      continue;
    }
    const rolesMoved = lost.length + won.length > 0;
    const { roles: _, ...headBefore } = before;
    if (!rolesMoved && sameFacts(headBefore, head)) continue;
    changed.push({ ...head, endSessions: rolesMoved || (head.disabled && !before.disabled) });
    run.settle(row, 'UPDATED');
  }
  return { added, changed, endedRoles, givenRoles };
}

/**
 * Blames a row by which a sign-in comes to speak for finance or administration, or to speak so for another human being, where
 * nobody consents who did so before.
 */
function needConsent(
  run: PlanContext['run'],
  row: ParsedRow<unknown>,
  consent: ImportConsent,
  before: UserAccountRow | undefined,
  after: { person: string | null; disabled: boolean; roles: readonly RoleRow[]; won: readonly RoleRow[] },
): void {
  const refuse = (field: string, role: Role) =>
    run.fail(
      row,
      `/${field}`,
      'ROLE_BY_TWO',
      consent.secondMayNot
        ? `${field}: ${role} is given by two people, somebody of finance beside, for ADMIN also another administrator: the second person that is named is neither.`
        : `${field}: ${role} is given by two people: name somebody of finance, or for ADMIN another administrator, as "second".`,
    );
  const needed = (roles: readonly RoleRow[]) =>
    roles.find(({ role }) => isTrusted(role) && !consent.mayGive(role))?.role;
  const given = needed(after.won);
  if (given) refuse('roles', given);
  const kept = needed(after.roles);
  if (!before || !kept) return;
  if (before.person !== after.person) refuse('person', kept);
  if (before.disabled && !after.disabled) refuse('disabled', kept);
}

const roleKey = (role: RoleRow): string => `${role.role} ${role.space ?? ''} ${role.department ?? ''}`;

function rolesOf(
  context: PlanContext,
  row: ParsedRow<ImportRow<'users'>>,
  known: {
    campusCode: string;
    spaces: ReadonlyMap<string, unknown>;
    departments: ReadonlyMap<string, unknown>;
  },
): Map<string, RoleRow> {
  const roles = new Map<string, RoleRow>();
  row.value.roles.forEach(({ role, scope }, i) => {
    const place = scope == null ? WHOLE_CAMPUS : scopeOf(context, row, `/roles/${i}/scope`, scope, known);
    if (!place) return;
    const bound: RoleRow = { role, ...place };
    roles.set(roleKey(bound), bound);
  });
  return roles;
}

const WHOLE_CAMPUS = { space: null, department: null };

/**
 * The place or department that a scope names, the whole campus for the campus's own code; null, with the row blamed, where
 * there is none or where the code stands for both.
 */
export function scopeOf(
  context: PlanContext,
  row: ParsedRow<unknown>,
  field: string,
  scope: string,
  known: {
    campusCode: string;
    spaces: ReadonlyMap<string, unknown>;
    departments: ReadonlyMap<string, unknown>;
  },
): { space: string | null; department: string | null } | null {
  const { run } = context;
  const [prefix, code] = scope.includes(':') ? (scope.split(':') as [string, string]) : ['', scope];
  const isSpace = prefix !== 'department' && (known.spaces.has(code) || run.isSpoilt('spaces', code));
  const isDepartment =
    prefix !== 'space' && (known.departments.has(code) || run.isSpoilt('departments', code));
  if (prefix === '' && code === known.campusCode && !isDepartment) return WHOLE_CAMPUS;
  if (isSpace && isDepartment) {
    run.fail(
      row,
      field,
      'AMBIGUOUS_SCOPE',
      `scope: "${code}" is a space and a department; write space:${code} or department:${code}.`,
    );
    return null;
  }
  if (isSpace) return { space: code, department: null };
  if (isDepartment) return { space: null, department: code };
  run.fail(row, field, 'UNKNOWN_SCOPE', `scope: "${scope}" is neither a space nor a department.`);
  return null;
}
