import { noScope, type ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import type { Session } from '../../auth/session';

/** The room whose pages a resident has open, and the scope in which nothing but the resident's own lies. */
export interface OwnRoom {
  readonly code: string;
  readonly scope: ScopeFilter;
}

/**
 * The resident's own room, whatever else the person may see by other roles.
 * @param wanted one of several; default the first
 * @throws DomainError `notFound` `NO_ROOM` for a person without a room, `ROOM` for a room of others
 */
export function ownRoom(session: Session, wanted: string | undefined, at: Date): OwnRoom {
  const { ownRooms, personId, campus } = session;
  if (personId === null || ownRooms.length === 0)
    throw new DomainError('notFound', 'NO_ROOM', 'Nobody has entered a room of yours yet.');
  const code = wanted ?? ownRooms[0]!;
  if (!ownRooms.includes(code)) throw new DomainError('notFound', 'ROOM', `There is no room ${code}.`);
  return { code, scope: { ...noScope(campus.id, at), personId } };
}
