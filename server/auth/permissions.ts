import { campusScope, joinedScope, noScope, type ScopeFilter } from '../../db/queries/scope';
import type { RoleBinding } from './roles';
import { ROLES, type Role } from './roles';
import type { Session } from './session';

/** What a role may do within its scope. */
export type Grant =
  /** Not at all. */
  | 'NONE'
  /** Yes. */
  | 'FULL'
  /** Only with a second person's consent. */
  | 'SECOND_PERSON'
  /** Only where the person's own maintenance tag hangs. */
  | 'OWN_TAG'
  /** Only the rooms that the person lives in. */
  | 'OWN_ROOM';

const no = 'NONE';
const yes = 'FULL';
const two = 'SECOND_PERSON';
const tag = 'OWN_TAG';
const own = 'OWN_ROOM';

type Row = readonly [Grant, Grant, Grant, Grant, Grant, Grant, Grant, Grant, Grant];

/** Columns in the order of `ROLES`; the tuple type keeps every row complete. */
const TABLE = {
  //                          student head ward secu main ener fina audi admin
  VIEW_OVERVIEW: /*       */ [no, no, yes, yes, yes, yes, yes, yes, yes],
  VIEW_MAP: /*            */ [no, no, yes, yes, yes, yes, no, yes, yes],
  VIEW_LIVE_ROOM: /*      */ [own, no, yes, yes, yes, yes, no, no, no],
  VIEW_BAND: /*           */ [own, no, yes, yes, no, yes, yes, no, no],
  VIEW_MONEY: /*          */ [own, no, no, no, no, no, yes, no, no],
  VIEW_RESIDENTS: /*      */ [own, no, yes, no, no, no, no, no, no],
  CASH_DESK: /*           */ [no, no, no, no, no, no, yes, no, no],
  TOP_UP_OWN: /*          */ [own, no, no, no, no, no, no, no, no],
  REFUND: /*              */ [no, no, no, no, no, no, yes, no, no],
  RELEASE_CHARGE: /*      */ [no, no, no, no, no, no, yes, no, no],
  VIEW_LEDGER: /*         */ [no, no, no, no, no, no, yes, yes, no],
  CONTEST_CHARGE: /*      */ [own, no, no, no, no, no, yes, no, no],
  DECIDE_DISPUTE: /*      */ [no, no, no, no, no, no, yes, no, no],
  DRILL_LEDGER: /*        */ [no, no, no, no, no, yes, no, no, yes],
  VERIFY_LEDGER: /*       */ [no, no, no, no, no, no, yes, yes, yes],
  VIEW_COMMANDS: /*       */ [no, no, yes, yes, yes, yes, no, yes, yes],
  CUT: /*                 */ [no, no, no, yes, no, yes, no, no, no],
  RESTORE: /*             */ [no, no, no, no, tag, yes, no, no, no],
  REQUEST_RESTORE: /*     */ [no, no, yes, yes, no, no, no, no, no],
  REQUEST_CUT: /*         */ [no, no, yes, no, no, no, no, no, no],
  READ_NOW: /*            */ [no, no, yes, yes, yes, yes, no, no, no],
  INSPECT_METER: /*       */ [no, no, no, no, yes, yes, no, no, yes],
  SET_LIMIT: /*           */ [no, no, no, no, no, yes, no, no, no],
  CUT_FEEDER: /*          */ [no, no, no, no, no, two, no, no, no],
  VIEW_ALARMS: /*         */ [no, no, yes, yes, yes, yes, no, yes, yes],
  VIEW_MONEY_ALARMS: /*   */ [no, no, no, no, no, no, yes, no, no],
  ACKNOWLEDGE_ALARM: /*   */ [no, no, yes, yes, yes, yes, no, no, no],
  ASSIGN_ALARM: /*        */ [no, no, yes, yes, yes, yes, no, no, no],
  NOTE_ALARM: /*          */ [no, no, yes, yes, yes, yes, no, no, no],
  JUDGE_ALARM: /*         */ [no, no, yes, yes, yes, yes, no, no, no],
  TUNE_RULES: /*          */ [no, no, no, no, no, yes, no, no, no],
  PUBLISH_RULES: /*       */ [no, no, no, no, no, no, no, no, yes],
  SHELVE_ALARM: /*        */ [no, no, no, yes, no, yes, no, no, no],
  SHELVE_P1_ALARM: /*     */ [no, no, no, no, no, two, no, no, no],
  RESET_LATCH: /*         */ [no, no, no, no, yes, yes, no, no, no],
  OUT_OF_SERVICE: /*      */ [no, no, no, no, yes, yes, no, no, no],
  MANAGE_ROSTER: /*       */ [no, no, no, no, no, yes, no, no, yes],
  VIEW_QUOTA: /*          */ [no, yes, no, no, no, yes, no, yes, no],
  REQUEST_QUOTA: /*       */ [no, yes, no, no, no, no, no, no, no],
  SET_QUOTA: /*           */ [no, no, no, no, no, yes, no, no, no],
  VIEW_TARIFFS: /*        */ [no, no, no, no, no, yes, yes, yes, no],
  DRAFT_TARIFF: /*        */ [no, no, no, no, no, no, yes, no, no],
  APPROVE_TARIFF: /*      */ [no, no, no, no, no, no, two, no, no],
  DRAFT_SUBSIDY: /*       */ [no, no, no, no, no, no, yes, no, no],
  APPROVE_SUBSIDY: /*     */ [no, no, no, no, no, no, two, no, no],
  SET_CREDIT_TERMS: /*    */ [no, no, no, no, no, no, yes, no, no],
  DECLARE_NO_CUT: /*      */ [no, no, no, no, no, yes, no, no, no],
  REPLAY_POLICY: /*       */ [no, no, no, no, no, yes, no, yes, yes],
  PROPOSE_PROTECTION: /*  */ [no, no, yes, no, no, yes, no, no, no],
  APPROVE_PROTECTION: /*  */ [no, no, no, no, no, no, no, no, yes],
  PLACE_TAG: /*           */ [no, no, no, no, yes, no, no, no, no],
  VIEW_QUARANTINE: /*     */ [no, no, no, no, yes, yes, no, yes, yes],
  IMPORT_CAMPUS: /*       */ [no, no, no, no, no, no, no, no, yes],
  REPLACE_METER: /*       */ [no, no, no, no, yes, no, no, no, yes],
  MANAGE_CREDENTIALS: /*  */ [no, no, no, no, no, no, no, no, yes],
  MANAGE_DISPLAYS: /*     */ [no, no, no, no, no, no, no, no, yes],
  MANAGE_PEOPLE: /*       */ [no, no, no, no, no, no, no, no, yes],
  MANAGE_KEYS: /*         */ [no, no, no, no, no, no, no, no, yes],
  MANAGE_NOTICES: /*      */ [no, no, no, no, no, no, no, no, yes],
  VIEW_AUDIT: /*          */ [no, no, no, no, no, no, yes, yes, yes],
  VIEW_HEALTH: /*         */ [no, no, no, no, yes, yes, no, yes, yes],
} as const satisfies Record<string, Row>;

export type Action = keyof typeof TABLE;
export const ACTIONS = Object.keys(TABLE) as Action[];

/** What `role` may do; total over every action and role. */
export function grantOf(action: Action, role: Role): Grant {
  return TABLE[action][ROLES.indexOf(role)];
}

/** How far a person's roles reach for one action. */
export interface Permission {
  readonly scope: ScopeFilter;
  /** The strongest grant among the roles; services must ask for the second person or the own tag themselves. */
  readonly grant: Exclude<Grant, 'NONE'>;
}

const STRENGTH: Readonly<Record<Grant, number>> = {
  NONE: 0,
  OWN_ROOM: 1,
  OWN_TAG: 2,
  SECOND_PERSON: 3,
  FULL: 4,
};

/**
 * The scope in which a session may do `action`, joined over all of its roles that grant it, or null when none does.
 * Joined scopes carry the strongest grant only over the places of that grant: weaker bindings are left out, so that
 * a grant is never lent to a place where the person has less.
 * @param at instant at which departmental assignments and occupancies are judged
 */
export function permissionFor(session: Session, action: Action, at: Date): Permission | null {
  const granted = session.bindings.filter((b) => grantOf(action, b.role) !== 'NONE');
  if (granted.length === 0) return null;
  const strongest = granted.reduce<Grant>((best, b) => {
    const grant = grantOf(action, b.role);
    return STRENGTH[grant] > STRENGTH[best] ? grant : best;
  }, 'NONE');
  if (strongest === 'NONE') return null;
  const counted = granted.filter((b) => grantOf(action, b.role) === strongest);
  return { grant: strongest, scope: scopeOf(session, counted, strongest, at) };
}

function scopeOf(session: Session, bindings: readonly RoleBinding[], grant: Grant, at: Date): ScopeFilter {
  const campusId = session.campus.id;
  const place = { campusId, campusWide: false, spaceIds: [], departmentIds: [], at };
  if (grant === 'OWN_ROOM') return { ...place, personId: session.personId };
  if (bindings.some((b) => b.spaceId === null && b.departmentId === null)) return campusScope(campusId, at);
  return {
    ...place,
    spaceIds: bindings.flatMap((b) => (b.spaceId === null ? [] : [b.spaceId])),
    departmentIds: bindings.flatMap((b) => (b.departmentId === null ? [] : [b.departmentId])),
    personId: null,
  };
}

/**
 * The scope of the alarms that somebody sees: those of their places, and with `VIEW_MONEY_ALARMS` on the whole campus those about
 * money; null: none.
 */
export function alarmScopeOf(permission: (action: Action) => Permission | null): ScopeFilter | null {
  const placed = permission('VIEW_ALARMS')?.scope ?? null;
  const money = permission('VIEW_MONEY_ALARMS')?.scope;
  if (!money?.campusWide) return placed;
  return { ...(placed ?? noScope(money.campusId, money.at)), moneyAlarms: true };
}

/** Where the session may do anything at all: the scopes of all its permissions joined. */
export function reachOf(session: Session, at: Date): ScopeFilter {
  const scopes = ACTIONS.flatMap((action) => permissionFor(session, action, at)?.scope ?? []);
  return joinedScope([noScope(session.campus.id, at), ...scopes]);
}

/** Whether any role of the session grants `action` somewhere. For showing and hiding; deciding needs the scope. */
export function mayEver(session: Session, action: Action): boolean {
  return session.bindings.some((b) => grantOf(action, b.role) !== 'NONE');
}

/** What waits for a second person on the page of control is answered by one of these rights. */
const ANSWERING: readonly Action[] = ['CUT', 'RESTORE', 'PUBLISH_RULES', 'APPROVE_PROTECTION'];

/** Whether any role of the session could answer what waits for a second person. For asking what waits; the answer needs the scope. */
export function mayEverAnswer(session: Session): boolean {
  return session.bindings.some(({ role }) => ANSWERING.some((action) => grantOf(action, role) === 'FULL'));
}

/** Roles that may do `action` beyond their own room, for words such as "roles that see this". */
export function rolesThatMay(action: Action): Role[] {
  return ROLES.filter((role) => !['NONE', 'OWN_ROOM'].includes(grantOf(action, role)));
}
