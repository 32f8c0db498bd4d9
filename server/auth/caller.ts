import type { ScopeFilter } from '../../db/queries/scope';
import type { Reach } from '../../db/scopedSource';
import { DomainError } from '../../domain/errors';
import { type Action, type Permission, permissionFor, reachOf } from './permissions';
import { actorOf, type Session, type SessionCampus } from './session';

/** Whoever asks for something: a signed-in person or an API key. Services take this and never a session. */
export interface Caller {
  /** Opaque id for audit, commands and ledger: `user:…` or `key:…`. */
  readonly actor: string;
  /** Actor of the person who answers for what is done: themselves, or who made the key; null: whoever installed. */
  readonly answerable: string | null;
  /** Address that the request came from. */
  readonly address: string;
  readonly campus: SessionCampus;
  /** The person, where one is signed in; leases and second-person rules need one. */
  readonly user: { readonly id: number; readonly name: string } | null;
  /** Everything that the caller's permissions add up to: the wall around what is read for them. */
  readonly reach: Reach;
  /** How far the caller may do `action`; null: not at all. */
  permission(action: Action): Permission | null;
}

/** The caller of a signed-in person. @param at instant of the request */
export function sessionCaller(session: Session, address: string, at: Date): Caller {
  return {
    actor: actorOf(session),
    answerable: actorOf(session),
    address,
    campus: session.campus,
    user: { id: session.userId, name: session.displayName },
    reach: { kind: 'RECORDS', scope: reachOf(session, at) },
    permission: (action) => permissionFor(session, action, at),
  };
}

/** The caller's permission for `action`. @throws DomainError `forbidden` `ROLE_MISSING` */
export function requirePermission(caller: Caller, action: Action): Permission {
  const permission = caller.permission(action);
  if (!permission) throw roleMissing(action);
  return permission;
}

/**
 * The same for what is of the whole campus: a role at one place is none for it.
 * @throws DomainError `forbidden` `ROLE_MISSING`, `CAMPUS_WIDE`
 */
export function requireCampusWide(caller: Caller, action: Action): Permission {
  const permission = requirePermission(caller, action);
  if (!permission.scope.campusWide)
    throw new DomainError(
      'forbidden',
      'CAMPUS_WIDE',
      'This is of the whole campus: your role holds for a part.',
      {
        action,
      },
    );
  return permission;
}

/** The refusal of one whose roles don't allow `action`; screens say which roles would. */
export function roleMissing(action: Action): DomainError {
  return new DomainError('forbidden', 'ROLE_MISSING', `No role of yours allows ${action}.`, { action });
}

/** Whether `action` is granted in full and at least as far as `scope` reaches: a right at one place is never lent to another. */
export function mayWithin(caller: Caller, action: Action, scope: ScopeFilter): boolean {
  const permission = caller.permission(action);
  if (permission?.grant !== 'FULL') return false;
  const own = permission.scope;
  if (own.campusWide) return true;
  return (
    !scope.campusWide &&
    scope.spaceIds.every((id) => own.spaceIds.includes(id)) &&
    scope.departmentIds.every((id) => own.departmentIds.includes(id)) &&
    (scope.personId === null || scope.personId === own.personId)
  );
}
